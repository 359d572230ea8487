"""How people sign in and how long a sign-in lasts; allauth does the rest."""
