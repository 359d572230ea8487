"""Tools that every app may use; imports no other package of ours."""
