"""The Microsoft Graph SDK for Python, pointed at us: its credential asks our own token endpoint, its adapter our API."""

import asyncio
import contextlib

from azure.core.credentials import AccessToken
from azure.identity import ClientSecretCredential
from azure.core.pipeline.transport import RequestsTransport
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph_core import GraphClientFactory
import httpx

from .gateway import Installation


class HeldToken:
    """A credential for a token that a person's sign-in gave."""

    def __init__(self, token: str):
        self.token = token

    def get_token(self, *scopes, **_) -> AccessToken:
        return AccessToken(self.token, 4_102_444_800)


def credential(gateway: Installation, tenant: str, client_id: str, secret: str) -> ClientSecretCredential:
    """`disable_instance_discovery`: without it login.microsoftonline.com is asked whether we exist."""
    return ClientSecretCredential(
        tenant, client_id, secret, authority=gateway.base, disable_instance_discovery=True,
        transport=RequestsTransport(connection_verify=gateway.ca or True))


@contextlib.asynccontextmanager
async def graph_client(gateway: Installation, credential):
    """A GraphServiceClient; its connections end with it."""
    provider = AzureIdentityAuthenticationProvider(
        credential, scopes=[f"{gateway.base}/graph/.default"], allowed_hosts=["localhost"])
    base = f"{gateway.base}/graph/v1.0"
    async with httpx.AsyncClient(verify=gateway.ca or True, base_url=base, timeout=30) as http:
        adapter = GraphRequestAdapter(provider, GraphClientFactory.create_with_default_middleware(client=http, host=base))
        adapter.base_url = base
        yield GraphServiceClient(request_adapter=adapter)


def run(work):
    """Runs a coroutine to its end."""
    return asyncio.run(work)


def daemon(gateway, name: str, permissions: list[str]) -> tuple[str, str]:
    """An application of the host organisation that holds these roles at the management API."""
    secret = f"secret-of-{name.replace(' ', '-')}-0123456789abcdef0123456789abcdef"
    applied = gateway.apply({"tenant": gateway.host["id"], "applications": [{
        "name": name, "kind": "daemon", "authentication": "client_secret_post", "secrets": [secret],
        "roleGrants": [{"resource": "graph", "role": role} for role in permissions]}]})
    return applied["applications"][0]["client_id"], secret


EVERYTHING = [
    "User.ReadWrite.All", "User.Invite.All", "Group.ReadWrite.All", "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All", "Domain.ReadWrite.All", "Organization.ReadWrite.All",
    "IdentityProvider.ReadWrite.All", "Policy.ReadWrite.AuthenticationMethod", "Policy.ReadWrite.Authorization",
    "AuditLog.Read.All"]


def token(gateway, client_id: str, secret: str) -> str:
    """An application's own token for the management API."""
    answer = gateway.post(f"/{gateway.host['id']}/oauth2/v2.0/token", data={
        "grant_type": "client_credentials", "client_id": client_id, "client_secret": secret,
        "scope": "https://graph.microsoft.com/.default"})
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]
