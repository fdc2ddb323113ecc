"""Login by OpenID Connect (authorization code with PKCE), on django-allauth; only there when GUATU_OIDC_ISSUER is set.

Stricter than allauth by itself: the id_token's signature is always verified against the provider's keys, only
asymmetric algorithms count, the nonce must be the one sent, and whoever the provider vouches for must be a user of this
installation already (unless GUATU_OIDC_CREATE is yes). A user is bound to the provider's subject at the first login;
the same user name under another subject is refused from then on.
"""

from __future__ import annotations

import logging
import secrets

import jwt
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.db import IntegrityError
from django.urls import reverse
from django.utils.translation import gettext as _

from guatu.kernel import actions
from guatu.kernel.errors import Forbidden, Refused
from guatu.kernel.models import User
from guatu.kernel.scope import Actor

log = logging.getLogger(__name__)

PROVIDER = "oidc"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
#: Seconds by which the provider's clock may differ from ours.
LEEWAY = 60


class OidcAdapter(OpenIDConnectOAuth2Adapter):
    """The exchange with the provider. `state` is what `redirect` kept in the session, set by the callback view."""

    state: dict

    def get_callback_url(self, request, app):
        return request.build_absolute_uri(reverse("oidc_callback"))

    def complete_login(self, request, app, token, **kwargs):
        text = kwargs["response"].get("id_token")
        if not isinstance(text, str):
            raise OAuth2Error("The provider sent no id_token.")
        claims = self._proven(app, text)
        if settings.GUATU_OIDC.claim not in claims and "userinfo_endpoint" in self.openid_config:
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:
                raise OAuth2Error("The user information is about somebody else.")
            claims = {**more, **claims}
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def _proven(self, app, text: str) -> dict:
        """The claims of an id_token that was signed by the provider, for us, now, in answer to our question."""
        try:
            header = jwt.get_unverified_header(text)
            if header.get("alg") not in ALGORITHMS:
                raise OAuth2Error(f"The id_token is signed by {header.get('alg')!r}.")
            claims = jwt.decode(
                text, key=self._key(header), algorithms=[header["alg"]], issuer=self.openid_config["issuer"],
                audience=app.client_id, leeway=LEEWAY, options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as fault:
            raise OAuth2Error(f"The id_token proves nothing: {fault}") from fault
        if self.openid_config["issuer"].rstrip("/") != settings.GUATU_OIDC.issuer:
            raise OAuth2Error("The provider calls itself by another name than GUATU_OIDC_ISSUER.")
        if not secrets.compare_digest(str(claims.get("nonce", "")), self.state.get("nonce") or secrets.token_hex()):
            raise OAuth2Error("The nonce of the id_token is not the one sent.")
        if "azp" in claims and claims["azp"] != app.client_id:
            raise OAuth2Error("The id_token was made for another client.")
        return claims

    def _key(self, header: dict):
        from allauth.socialaccount.adapter import get_adapter

        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = answer.json()
        known = [key for key in keys["keys"] if key.get("use", "sig") == "sig" and key.get("kty") != "oct"]
        if "kid" not in header and len(known) == 1:
            known[0].setdefault("kid", "")
        found = jwtkit.lookup_kid_jwk(
            {"keys": [{"alg": header["alg"], **key} for key in known if "kid" in key]}, header.get("kid", ""))
        if not found:
            raise OAuth2Error("The provider has no key of the name that the id_token gives.")
        return found


class Provider(OpenIDConnectProvider):
    oauth2_adapter_class = OidcAdapter

    def begin(self, request, next_url: str):
        """Sends the browser to the provider, with a state, a nonce and a PKCE challenge kept in the session."""
        nonce = secrets.token_urlsafe(24)
        return self.redirect(
            request, process="login", next_url=next_url, scope=self.get_scope(), auth_params={"nonce": nonce}, nonce=nonce)

    def get_callback_url(self):
        return reverse("oidc_callback")

    def extract_uid(self, data):
        return str(data["id_token"]["sub"])


class Callback(OAuth2CallbackView):
    def _get_state(self, request, provider):
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def add_message(self, *args, **kwargs):
        return None

    def get_login_redirect_url(self, request):
        return settings.LOGIN_REDIRECT_URL

    def send_mail(self, *args, **kwargs):
        return None


class SocialAdapter(DefaultSocialAccountAdapter):
    def list_apps(self, request, provider=None, client_id=None):
        """The one provider of the settings; rows of the database are not asked."""
        from allauth.socialaccount.adapter import _build_apps_from_settings

        return [app for apps in _build_apps_from_settings(provider=provider, client_id=client_id).values() for app in apps]

    def get_provider(self, request, provider, client_id=None):
        return Provider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def is_open_for_signup(self, request, sociallogin):
        return False

    def send_notification_mail(self, *args, **kwargs):
        return None

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        raise ImmediateHttpResponse(refused_login(request, Forbidden("oidc_failed", _(
            "%(name)s did not confirm who you are, so you are not logged in. Start again from the login page; if it "
            "fails again, tell the administrator, who finds the cause in the log.") % {"name": settings.GUATU_OIDC.name}),
            exception or error))

    def pre_social_login(self, request, sociallogin):
        """Finds the person here for whom the provider vouches, or refuses."""
        claims = sociallogin.account.extra_data.get("id_token") or {}
        try:
            user = person(claims, sociallogin)
        except Refused as refused:
            raise ImmediateHttpResponse(refused_login(request, refused, claims.get("sub"))) from None
        if not sociallogin.is_existing:
            try:
                sociallogin.account.extra_data = {"sub": claims.get("sub")}
                sociallogin.account.user = sociallogin.user = user
                sociallogin.account.save()
            except IntegrityError:
                raise ImmediateHttpResponse(refused_login(request, unknown())) from None


def person(claims: dict, sociallogin) -> User:
    """The user whom the claims name. Raises Forbidden when there is none who may log in, or it is somebody else's."""
    if sociallogin.is_existing:
        found = User.everything.filter(pk=sociallogin.user.pk).first()
    else:
        name = named(claims)
        found = User.everything.filter(username=name).first()
        if found is None and settings.GUATU_OIDC.create:
            values = {"username": name, "name": str(claims.get("name") or name)[:100]}
            found = actions.create(Actor.system("page"), User, values, note=_("first login by %s") % settings.GUATU_OIDC.name)
        if found is not None and SocialAccount.objects.filter(user_id=found.pk, provider=PROVIDER).exists():
            raise unknown()  # the name was given to another person at the provider
    if found is None or not found.is_active or found.withdrawn:
        raise unknown()
    return found


def named(claims: dict) -> str:
    """The user name that the claims hold. Raises Forbidden when there is none, or an e-mail nobody verified."""
    claim = settings.GUATU_OIDC.claim
    name = claims.get(claim)
    unverified = claim == "email" and claims.get("email_verified") is not True
    if not isinstance(name, str) or not name.strip() or len(name) > 60 or "\x00" in name or unverified:
        raise Forbidden("oidc_claim", _(
            "%(name)s did not say under which user name you are known (claim “%(claim)s”), so you are not logged in. Tell "
            "the administrator.") % {"name": settings.GUATU_OIDC.name, "claim": claim})
    return name.strip()


def unknown() -> Forbidden:
    return Forbidden("oidc_unknown", _(
        "%(name)s confirmed who you are, but you have no open account here. Ask the administrator for one.")
        % {"name": settings.GUATU_OIDC.name})


def refused_login(request, refused: Refused, cause=None):
    """The page that says no; the log says why."""
    from guatu.kernel.web.errors import refusal_page

    log.warning("Login by OpenID Connect was refused (%s): %s", refused.code, cause)
    return refusal_page(request, refused)
