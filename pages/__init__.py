"""The dashboard; the only folder that imports Streamlit."""
