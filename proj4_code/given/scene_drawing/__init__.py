"""How a synthetic road scene is drawn.

`composition` puts a scene together from what `roadside` and `road_users` choose along a planned `street`; each object
is a `thing` that draws itself with the `painter`, which knows the `camera`, the `light` and the `canvas`; the `camera`
turns the finished drawing into a photograph.

World coordinates are metres: X to the right, Y up, Z ahead, the ground at Y = 0, the camera above the origin. Pictures
must not differ between machines, so nothing here takes sines, exponentials, matrix products or floating-point sums over
arrays: their last digit depends on the processor. What is left (+ - * / and square roots) is exact everywhere.
"""
