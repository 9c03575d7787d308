# PLACEHOLDER by the lead so that the gateway can start meanwhile: overwrite this file.
def detect(text, current, enabled): return current
