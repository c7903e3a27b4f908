"""OpenID Connect as a relying party: authorisation code with PKCE, and nothing of the answer taken on trust."""
