"""One local authority as its published statistics describe it, or a planner's own.

``profile`` says what an area is, ``load`` finds the published ones, ``own_file`` and ``one_row`` read a planner's file.
"""

from simsafe.world.area.load import area_names, areas_table, load_area
from simsafe.world.area.own_file import load_area_file
from simsafe.world.area.profile import ADJUSTMENTS, Area

__all__ = ["ADJUSTMENTS", "Area", "area_names", "areas_table", "load_area", "load_area_file"]
