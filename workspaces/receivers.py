"""The one receiver file: sign-ins, which only Django's and allauth's signals tell of."""
