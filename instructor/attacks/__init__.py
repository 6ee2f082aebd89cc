"""Hostile uploads, each a real attempt at points, secrets or damage: the tests show that none succeeds.

An attack by code stands at the end of a part 5 that is wrong; an attack by the upload itself is a zip or a folder. Each
is also rehearsed without the sandbox, where it must take hold: an attack that does nothing proves nothing.
"""
