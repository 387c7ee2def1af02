"""The plant's OpenID Connect provider: where people are sent, and what comes back of them.

The authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636). What the provider says
is believed once its signature, issuer, audience, expiry and nonce are right. This is the only
place where Authlib, joserfc and requests appear; nothing is kept here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from pipeline.errors import SignInRefused, SiteUnavailable
from pipeline.settings import Settings

BACK = "/sign-in/back"
"""The path of this site to which the provider sends people back; registered with the provider."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""Signatures with a key pair; a token that is unsigned, or signed with a shared secret, is none."""
SCOPE = "openid profile email"
SECONDS = 10
"""How long the provider may take for an answer."""
LEEWAY = 30
"""By how many seconds the clocks of provider and site may differ."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Told:
    """Whom the provider has before it: `subject` for ever, `name` as the plant calls them.

    `at` is when they last proved it there, where the provider says so.
    """

    subject: str
    name: str
    at: datetime | None


@dataclass(frozen=True)
class Secrets:
    """What was made for one way to the provider and back, and has to come back with it."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Provider:
    """A provider as it describes itself, and this site as its client."""

    issuer: str
    authorization: str
    token: str
    keys: str
    client: str
    secret: str = field(repr=False)
    secret_goes: str
    back: str
    claim: str

    def way_there(self, made: Secrets, *, is_fresh: bool) -> str:
        """The provider's address for this person; `is_fresh` has them prove who they are anew."""
        more = {"prompt": "login", "max_age": "0"} if is_fresh else {}
        address, _ = self._client().create_authorization_url(
            self.authorization,
            state=made.state,
            nonce=made.nonce,
            code_verifier=made.verifier,
            **more,
        )
        return str(address)

    def who(self, code: str, made: Secrets, *, now: datetime) -> Told:
        """Whoever the code stands for; refused where anything of the answer is not right."""
        try:
            got = self._client().fetch_token(
                self.token,
                grant_type="authorization_code",
                code=code,
                code_verifier=made.verifier,
                timeout=SECONDS,
            )
        except AuthlibBaseError as error:
            raise _refused(f"the provider does not take the code ({error.error})") from error
        except (requests.RequestException, ValueError) as error:
            raise _unreachable(error) from error
        return self._told(self._claims(got, made.nonce, now))

    def _claims(self, got: Mapping[str, Any], nonce: str, now: datetime) -> Mapping[str, Any]:
        """The claims of the identity token, checked."""
        try:
            keys = KeySet.import_key_set(_json(self.keys))  # type: ignore[arg-type]
            token = jwt.decode(str(got.get("id_token", "")), keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self.client},
                    "nonce": {"essential": True, "value": nonce},
                },
                params={
                    "nonce": nonce,
                    "client_id": self.client,
                    "access_token": got.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            why = getattr(error, "error", None) or type(error).__name__
            claim = getattr(error, "claim", None)
            about = f"{why}: {claim}" if claim else str(why)
            raise _refused(f"the provider's token is not right ({about})") from error
        return dict(claims)

    def _told(self, claims: Mapping[str, Any]) -> Told:
        subject, name = claims.get("sub"), claims.get(self.claim)
        if not isinstance(subject, str) or not subject:
            raise _refused("the provider's token is not right (no subject)")
        if self.claim == "email" and claims.get("email_verified") is not True:
            name = None  # whoever types an address has not shown that it is theirs
        at = claims.get("auth_time")
        return Told(
            subject=f"{self.issuer} {subject}",
            name=name.strip().lower() if isinstance(name, str) else "",
            at=datetime.fromtimestamp(at, UTC) if isinstance(at, int | float) else None,
        )

    def _client(self) -> Any:
        return OAuth2Session(
            client_id=self.client,
            client_secret=self.secret or None,
            token_endpoint_auth_method=self.secret_goes,
            scope=SCOPE,
            redirect_uri=self.back,
            code_challenge_method="S256",
        )


def has_provider(settings: Settings) -> bool:
    """Whether the site lets people sign in at a provider."""
    return bool(settings.oidc_issuer)


def check_settings(settings: Settings) -> None:
    """Refuse settings of a provider that can't work; without an issuer there is nothing to check.

    Tokens in the clear are let through on the same machine only.
    """
    if not has_provider(settings):
        return
    for name in ("oidc_client_id", "address"):
        if not getattr(settings, name):
            raise SiteUnavailable(
                f"RECORDROOM_OIDC_ISSUER is set and RECORDROOM_{name.upper()} is not",
                "set both, or neither",
            )
    for name in ("oidc_issuer", "address"):
        _check_address(f"RECORDROOM_{name.upper()}", getattr(settings, name))


def provider_of(settings: Settings) -> Provider:
    """The provider that the settings name, as it describes itself now."""
    check_settings(settings)
    issuer = settings.oidc_issuer
    said = _json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if said.get("issuer") != issuer:
        raise SiteUnavailable(
            f"the provider calls itself {said.get('issuer')!r} and not {issuer!r}",
            "set RECORDROOM_OIDC_ISSUER to what it calls itself",
        )
    places = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    for place in places:
        _check_address("what the provider says of itself", place)
    authorization, token, keys = map(str, places)
    return Provider(
        issuer=issuer,
        authorization=authorization,
        token=token,
        keys=keys,
        client=settings.oidc_client_id,
        secret=settings.oidc_client_secret,
        secret_goes=_secret_goes(settings, said.get("token_endpoint_auth_methods_supported")),
        back=settings.address.rstrip("/") + BACK,
        claim=settings.oidc_claim,
    )


def _secret_goes(settings: Settings, can: Sequence[str] | None) -> str:
    """How the client says its secret: in the header, unless the provider takes the form alone."""
    if not settings.oidc_client_secret:
        return "none"
    is_form_alone = can is not None and "client_secret_basic" not in can
    return "client_secret_post" if is_form_alone else "client_secret_basic"


def _check_address(what: str, address: object) -> None:
    parts = urlsplit(address if isinstance(address, str) else "")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not is_safe or not parts.hostname:
        raise SiteUnavailable(
            f"{what} holds an address that is not https:// ({address})", "set it right"
        )


def _json(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=SECONDS)
        answer.raise_for_status()
        said = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise _unreachable(error) from error
    return said if isinstance(said, dict) else {}


def _unreachable(error: Exception) -> SiteUnavailable:
    return SiteUnavailable(
        f"the sign-in provider does not answer as it should ({type(error).__name__})",
        "try again in a minute, or ask an administrator",
    )


def _refused(reason: str) -> SignInRefused:
    return SignInRefused(reason, "begin again from here; if it stays so, ask an administrator")
