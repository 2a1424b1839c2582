"""The curves of a clip, its summary and its quality, below the player."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core import Recording
from core.motion.groups import GROUPS, MAIN_GROUP
from core.motion.summary import finding_summary, landmark_quality, movement_summary
from core.view.curves import QUANTITIES, curves_figure
from pages.language import body_label, text
from pages.widgets.absences import absence_sentence
from pages.widgets.choices import choices, smoothing
from pages.widgets.clip_people import clip_people_shown
from pages.widgets.columns import angle_columns, person_column, trust_column
from pages.widgets.numbers import angle_group_picker, group_hint
from pages.widgets.people import person_words
from pages.widgets.plain_text import plain
from pages.widgets.player import FIRST_JOINTS
from pages.widgets.smoothed import filter_sentence, smoothed_for_page
from pages.widgets.video_tables import angles_table, clip_table, for_people, of_people, whose

# What each group of angles shows before something else is chosen.
FIRST_CURVES = {
    MAIN_GROUP: FIRST_JOINTS,
    "planes": GROUPS["planes"].kinds,
    "vertical": ("trunk", "thigh", "shank"),
    "horizontal": ("pelvis", "shoulders"),
}
# Here there is room for more spans than under the player.
MOST_ABSENCES = 12
# Dragging and double-clicking do the rest; more buttons would cover the legend on a phone.
PLOT_CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d"],
}


def curves_tab(recording: Recording, colours: Sequence[str]) -> None:
    """The angle curves of everyone shown, to zoom into."""
    group = angle_group_picker("curve_group")
    kinds = st.pills(
        text("video.joints"),
        GROUPS[group].kinds,
        format_func=body_label,
        selection_mode="multi",
        default=FIRST_CURVES[group],
        key="curve_kinds" if group == MAIN_GROUP else f"curve_kinds_{group}",
    )
    people = clip_people_shown(recording)
    shown = [kind for kind in GROUPS[group].kinds if kind in (kinds or FIRST_CURVES[group])]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        quantity = st.segmented_control(
            text("video.quantity"),
            list(QUANTITIES),
            format_func=lambda name: text(f"video.quantity_{name}"),
            default="angle",
            required=True,
            key="curve_quantity",
        )
        raw = st.toggle(
            text("video.raw_beside"),
            value=True,
            key="curve_raw",
            disabled=quantity != "angle" or len(people) > 1,
            width="content",
        )
    kinematics = smoothed_for_page(recording, group, choices()["space"])
    figure = curves_figure(
        kinematics,
        shown,
        people=people,
        names=recording.names,
        colours=colours,
        quantity=quantity or "angle",
        raw=raw,
        theme=st.context.theme.type or "light",
        label=lambda name: text("video.time_axis") if name == "time_axis" else body_label(name),
    )
    st.plotly_chart(figure, theme=None, key="video_curves", config=PLOT_CONFIG, alt=text("video.curves_alt"))
    st.caption(filter_sentence(kinematics, people))
    st.caption(group_hint(group))
    st.caption(text("video.curves_hint" if len(people) == 1 else "video.curves_hint_several"))
    st.markdown(f"#### {text('video.angle_table')}")
    angles_table(recording, kinematics.angles, shown)


def summary_tab(recording: Recording) -> None:
    """What each joint or segment of everyone shown did."""
    chosen = angle_group_picker("summary_group")
    kinematics = smoothed_for_page(recording, chosen, choices()["space"])
    people = clip_people_shown(recording)
    table = of_people(people, movement_summary(kinematics))
    column = kinematics.angles.column
    used, left_out = table.pop("frames_used"), table.pop("frames_left_out")
    shown = table.assign(
        person=whose(recording, table),
        used_share=used / (used + left_out).clip(lower=1),
        **{column: [body_label(name) for name in table[column]]},
    )
    columns = {
        **angle_columns(column),
        "minimum_deg": st.column_config.NumberColumn(text("video.column_minimum"), format="%.1f"),
        "maximum_deg": st.column_config.NumberColumn(text("video.column_maximum"), format="%.1f"),
        "range_deg": st.column_config.NumberColumn(
            text("video.column_range"), help=text("video.column_range_help"), format="%.1f"
        ),
        "mean_deg": st.column_config.NumberColumn(text("video.column_mean"), format="%.1f"),
        "peak_deg": st.column_config.NumberColumn(
            text("video.column_peak_deg"), help=text("video.column_peak_deg_help"), format="%.1f"
        ),
        "peak_time_s": st.column_config.NumberColumn(
            text("video.column_peak"), help=text("video.column_peak_help"), format="%.2f"
        ),
        "left_minus_right_deg": st.column_config.NumberColumn(
            text("video.column_difference"), help=text("video.column_difference_help"), format="%+.1f"
        ),
        "peak_velocity_deg_s": st.column_config.NumberColumn(
            text("video.column_peak_velocity"), help=text("video.column_peak_velocity_help"), format="%.0f"
        ),
        **trust_column(),
        "used_share": st.column_config.ProgressColumn(
            text("video.column_used"), help=text("video.column_used_help"), min_value=0, max_value=1, format="percent"
        ),
    }
    order = [name for name in columns if name != "person" or len(people) > 1]
    clip_table(shown[order], columns, "summary_table", "video.summary_alt")
    raw = smoothing().method == "none"
    st.caption(
        f"{text('video.summary_raw' if raw else 'video.summary_filtered')} {filter_sentence(kinematics, people)}"
    )
    st.caption(group_hint(chosen))


def quality_tab(recording: Recording) -> None:
    """How well everyone shown was found, and how steady each landmark is."""
    people = clip_people_shown(recording)
    finding = of_people(people, finding_summary(recording))
    for person, share, gap_s in zip(people, finding["found_share"], finding["longest_gap_s"], strict=True):
        who = plain(person_words(recording, person))
        with st.container(horizontal=True, gap="large"):
            st.metric(text("video.found_share", who=who), f"{100 * share:.1f} %", width="content")
            st.metric(text("video.longest_gap"), f"{gap_s:.2f} s", width="content")
        if missing := absence_sentence(recording, person, MOST_ABSENCES):
            st.caption(missing)
    _repairs(recording, people)
    st.markdown(f"#### {text('video.landmark_quality')}")
    quality = of_people(people, landmark_quality(recording))
    shown = pd.DataFrame(
        {
            "person": whose(recording, quality),
            "landmark": [body_label(name) for name in quality["landmark"]],
            "visibility": quality["visibility"],
            "jitter_px": quality["jitter_px"],
            "jitter_mm": 1000 * quality["jitter_m"],
        }
    )
    columns = {
        **person_column(),
        "landmark": st.column_config.TextColumn(text("image.column_landmark")),
        "visibility": st.column_config.ProgressColumn(
            text("video.column_mean_visibility"), min_value=0, max_value=1, format="%.2f"
        ),
        "jitter_px": st.column_config.NumberColumn(
            text("video.column_jitter_px"), help=text("video.column_jitter_help"), format="%.2f"
        ),
        "jitter_mm": st.column_config.NumberColumn(
            text("video.column_jitter_mm"), help=text("video.column_jitter_help"), format="%.1f"
        ),
    }
    clip_table(for_people(shown, people), columns, "quality_table", "video.quality_alt")


def _repairs(recording: Recording, people: Sequence[int]) -> None:
    """Where left and right have been changed back."""
    repairs = [repair.as_dict() for repair in recording.repairs if repair.person in people]
    if not repairs:
        st.caption(text("video.no_repairs" if recording.settings.repair_sides else "video.repairs_off"))
        return
    st.markdown(f"#### {text('video.repairs')}")
    table = pd.DataFrame(repairs)
    shown = table.assign(person=whose(recording, table), part=[text(f"video.part_{part}") for part in table["part"]])
    columns = {
        **person_column(),
        "part": st.column_config.TextColumn(text("video.column_part")),
        "from_s": st.column_config.NumberColumn(text("video.column_from"), format="%.2f"),
        "to_s": st.column_config.NumberColumn(text("video.column_to"), format="%.2f"),
        "frames": st.column_config.NumberColumn(text("video.column_frames")),
    }
    clip_table(for_people(shown, people), columns, "repairs_table", "video.repairs_alt")
    st.caption(text("video.repairs_hint"))
