"""The demo's identity provider: a certified OpenID provider on this machine, where anyone may be any synthetic person.

It is a program of its own, for node, that `fastlege serve` and `fastlege demo` start and that ends with them. The site
meets it as it would meet ID-porten and HelseID. Production refuses it.
"""
