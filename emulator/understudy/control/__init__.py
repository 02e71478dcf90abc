"""The control API under ``/understudy/``: what tests, ``verify``, load workers and the console ask of the emulator."""
