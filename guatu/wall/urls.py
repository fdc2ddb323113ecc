from django.urls import path

from guatu.wall.pages import geometry, rows, wall

app_name = "wall"
urlpatterns = [
    path("wall/", wall.wall_page, name="wall"),
    path("wall/days/", wall.days, name="days"),
    path("wall/geometry/", geometry.geometry_page, name="geometry"),
    path("wall/geometry.json", geometry.geometry_data, name="geometry_data"),
    path("wall/rows/", rows.project_rows, name="rows"),
]
