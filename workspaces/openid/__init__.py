"""Sign-in by identity providers: OpenID Connect, and GitHub by OAuth."""
