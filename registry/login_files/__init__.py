"""Reads the logins in files of docker and podman and in Kubernetes secrets. Pure: nothing is sent.

No fault and no entry ever shows a secret: places are made of names, and names lose what could be a
password in front of an @.
"""
