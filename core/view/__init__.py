"""Pictures, figures and tables of a recording."""
