"""Settings of the doors, read from the environment and checked before anything starts; docs/doors.md explains them.

    GUATU_TRUSTED_PROXIES          addresses or networks of the web servers in front, by commas (default: none)
    GUATU_LOGIN_FAILURES           wrong passwords for one user name from one address that lock it (default: 20)
    GUATU_LOGIN_FAILURES_ADDRESS   wrong passwords from one address that lock it (default: 100)
    GUATU_LOGIN_FAILURES_ACCOUNT   wrong passwords for one user name from anywhere that lock it (default: 200)
    GUATU_LOCK_MINUTES             how long a lock lasts, and how long wrong passwords count (default: 15)
    GUATU_TOKEN_FAILURES           different wrong keys from one address that lock it for keys; 0: never (default: 20)
    GUATU_SESSION_IDLE_MINUTES     a session in which nothing was done for so long ends; 0: never (default: 60)
    GUATU_SESSION_HOURS            a session ends so long after logging in (default: 12)
    GUATU_PASSWORD_MAX_DAYS        a password must be changed when so old; 0: never (default: 0)
    GUATU_LIMIT_API                requests to the API a minute for each user or key; 0: any number (default: 1200)
    GUATU_LIMIT_EXPORT             exports a minute for each user; 0: any number (default: 30)
    GUATU_LIMIT_UPLOAD             uploads and imports a minute for each user; 0: any number (default: 60)
    GUATU_LIMIT_GUEST              logins and refused API requests a minute from one address; 0: any number (default: 300)
    GUATU_HSTS_DAYS                days for which browsers shall use https only, in production; 0: not said (default: 365)
    GUATU_OIDC_ISSUER              address of the OpenID Connect provider; setting it turns that login on
    GUATU_OIDC_CLIENT_ID           this installation's name at the provider
    GUATU_OIDC_CLIENT_SECRET       its secret at the provider
    GUATU_OIDC_NAME                what the button on the login page says (default: 统一身份认证)
    GUATU_OIDC_CLAIM               claim that holds the user name here (default: preferred_username)
    GUATU_OIDC_CREATE              yes: whoever the provider vouches for gets an account without a role (default: no)
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from guatu.site.environment import BadSetting, one_of


@dataclass(frozen=True)
class OpenIdConnect:
    """The provider at which people may log in instead of here."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    claim: str
    create: bool


@dataclass(frozen=True)
class Doors:
    trusted_proxies: list[str]
    login_failures: int
    login_failures_address: int
    login_failures_account: int
    lock_seconds: int
    token_failures: int
    idle_seconds: int
    session_seconds: int
    password_max_days: int
    limits: dict[str, int]
    hsts_seconds: int
    oidc: OpenIdConnect | None


def read(env: Mapping[str, str], mode: str) -> Doors:
    """Reads and checks the settings of the doors; raises BadSetting with a sentence at the first fault."""

    def number(name: str, default: int, least: int, most: int) -> int:
        text = env.get(name, "").strip()
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or not least <= int(text[:12]) <= most:
            raise BadSetting(f"{name} is {text!r}, but must be a whole number from {least} to {most}.")
        return int(text)

    return Doors(
        trusted_proxies=_proxies(env.get("GUATU_TRUSTED_PROXIES", "")),
        login_failures=number("GUATU_LOGIN_FAILURES", 20, 3, 1000),
        login_failures_address=number("GUATU_LOGIN_FAILURES_ADDRESS", 100, 3, 100_000),
        login_failures_account=number("GUATU_LOGIN_FAILURES_ACCOUNT", 200, 3, 100_000),
        lock_seconds=60 * number("GUATU_LOCK_MINUTES", 15, 1, 1440),
        token_failures=number("GUATU_TOKEN_FAILURES", 20, 0, 100_000),
        idle_seconds=60 * number("GUATU_SESSION_IDLE_MINUTES", 60, 0, 10_080),
        session_seconds=3600 * number("GUATU_SESSION_HOURS", 12, 1, 720),
        password_max_days=number("GUATU_PASSWORD_MAX_DAYS", 0, 0, 3650),
        limits={
            "api": number("GUATU_LIMIT_API", 1200, 0, 1_000_000),
            "export": number("GUATU_LIMIT_EXPORT", 30, 0, 1_000_000),
            "upload": number("GUATU_LIMIT_UPLOAD", 60, 0, 1_000_000),
            "guest": number("GUATU_LIMIT_GUEST", 300, 0, 1_000_000),
        },
        hsts_seconds=86_400 * number("GUATU_HSTS_DAYS", 365, 0, 3650),
        oidc=_oidc(env, mode),
    )


def _proxies(text: str) -> list[str]:
    found = [part.strip() for part in text.split(",") if part.strip()]
    for part in found:
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError:
            raise BadSetting(
                f"GUATU_TRUSTED_PROXIES names {part!r}, which is no address or network. Write for instance "
                "127.0.0.1,10.0.0.0/24."
            ) from None
        if ipaddress.ip_network(part, strict=False).prefixlen == 0:
            raise BadSetting(f"GUATU_TRUSTED_PROXIES names {part}, which trusts everybody. Name the proxies alone.")
    return found


def _oidc(env: Mapping[str, str], mode: str) -> OpenIdConnect | None:
    issuer = env.get("GUATU_OIDC_ISSUER", "").strip().rstrip("/")
    client_id, secret = env.get("GUATU_OIDC_CLIENT_ID", "").strip(), env.get("GUATU_OIDC_CLIENT_SECRET", "").strip()
    if not issuer:
        if client_id or secret:
            raise BadSetting("GUATU_OIDC_ISSUER is not set, but GUATU_OIDC_CLIENT_ID or _SECRET is. Set all three.")
        return None
    if not client_id or not secret:
        raise BadSetting("GUATU_OIDC_ISSUER is set; GUATU_OIDC_CLIENT_ID and GUATU_OIDC_CLIENT_SECRET are needed too.")
    parts = urlsplit(issuer)
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise BadSetting(f"GUATU_OIDC_ISSUER is {issuer!r}, which is no address. Write https://host/path.")
    if parts.scheme == "http" and mode == "production" and not is_here:
        raise BadSetting(f"GUATU_OIDC_ISSUER is {issuer!r}; in production it must begin with https://.")
    return OpenIdConnect(
        issuer=issuer,
        client_id=client_id,
        client_secret=secret,
        name=env.get("GUATU_OIDC_NAME", "").strip() or "统一身份认证",
        claim=env.get("GUATU_OIDC_CLAIM", "").strip() or "preferred_username",
        create=one_of("GUATU_OIDC_CREATE", env.get("GUATU_OIDC_CREATE", "").strip() or "no", ("yes", "no")) == "yes",
    )


#: Installed only where GUATU_OIDC_ISSUER is set, so that elsewhere nothing of it is there to be attacked.
ALLAUTH_APPS = [
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]


def allauth(oidc: OpenIdConnect) -> dict:
    """The settings of django-allauth: one provider, no sign-up, no mail, nothing of its own pages."""
    return {
        "ACCOUNT_ADAPTER": "guatu.kernel.doors.oidc.AccountAdapter",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": "username",
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": "email",
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_UNIQUE_EMAIL": False,
        "SOCIALACCOUNT_ADAPTER": "guatu.kernel.doors.oidc.SocialAdapter",
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_EMAIL_VERIFICATION": "none",
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,
        "SOCIALACCOUNT_REQUESTS_TIMEOUT": 10,
        "SOCIALACCOUNT_PROVIDERS": {
            "openid_connect": {
                "APPS": [
                    {
                        "provider_id": "oidc",
                        "name": oidc.name,
                        "client_id": oidc.client_id,
                        "secret": oidc.client_secret,
                        "settings": {"server_url": oidc.issuer, "oauth_pkce_enabled": True},
                    }
                ]
            }
        },
    }
