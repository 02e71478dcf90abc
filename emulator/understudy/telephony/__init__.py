"""Telephony as configuration: sites with number plans and routes, trunks, number pools, Edges, stations, SIP messages.

Calls are not made here: the SIP side reads this configuration and fills ``sip_log``. ``behaviour.py`` joins the tables.
"""
