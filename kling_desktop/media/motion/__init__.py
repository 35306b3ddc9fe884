"""The motion preview: moves the pixels of a picture as its regions ask, without any model.

One renderer serves the canvas, the sandbox's clips and exported animatics. It is approximate: Kling
invents motion, this only moves what is there. Everything is a pure function of its inputs.
"""
