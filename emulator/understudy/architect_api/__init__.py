"""Architect over the Platform API: flows and their versions, data tables, prompts, schedules, IVRs, and who uses what.

``behaviour.py`` joins the tables of the modules; flows themselves are loaded and run by ``understudy.architect``.
"""
