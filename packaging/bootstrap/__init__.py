"""Prepares a machine for Kling Desktop, from a bare Python and its standard library alone.

run.py -> checks / start -> environment -> system
                               interpreters, talk
"""
