"""Posescope's library: find people in a picture and measure how they stand. Usable without the dashboard.

from core import Settings, analyse_image, joint_angles

recording = analyse_image("squat.jpg", Settings(model="heavy"))
print(joint_angles(recording))
"""

from core.system import check_system_libraries

check_system_libraries()

from core.analysis import analyse_image, analyse_video
from core.live import record_camera
from core.motion.angles import joint_angles
from core.motion.camera_coach import camera_advice
from core.motion.kinematics import joint_kinematics
from core.motion.segments import segment_angles
from core.motion.swaps import repair_swaps
from core.recording import Recording
from core.settings import FilterSettings, OverlayStyle, Settings
from core.version import VERSION
from core.view.tables import landmark_table

__all__ = [
    "VERSION",
    "FilterSettings",
    "OverlayStyle",
    "Recording",
    "Settings",
    "analyse_image",
    "analyse_video",
    "camera_advice",
    "joint_angles",
    "joint_kinematics",
    "landmark_table",
    "record_camera",
    "repair_swaps",
    "segment_angles",
]
