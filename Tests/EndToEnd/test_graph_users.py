"""The management API through the Microsoft Graph SDK for Python: tokens, users, pages and filters."""

import pytest
from kiota_abstractions.api_error import APIError
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.allow_invites_from import AllowInvitesFrom
from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.authorization_policy import AuthorizationPolicy
from msgraph.generated.models.group import Group
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.invitation import Invitation
from msgraph.generated.models.invited_user_message_info import InvitedUserMessageInfo
from msgraph.generated.models.recipient import Recipient
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.user import User
from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

from peers import clients, graph


@pytest.fixture(autouse=True)
def development_ca(tls_gateway):
    with clients.trusting(tls_gateway.ca):
        yield


@pytest.fixture
def application(tls_gateway):
    """application(permissions, name): a daemon of the host that holds these roles, as (client_id, secret)."""
    return lambda permissions=graph.EVERYTHING, name="Directory daemon": graph.daemon(tls_gateway, name, permissions)


@pytest.fixture
def client(tls_gateway, application):
    held = application()
    return lambda: graph.graph_client(
        tls_gateway, graph.credential(tls_gateway, tls_gateway.host["id"], *held))


def query(**options):
    return RequestConfiguration(
        query_parameters=UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(**options))


def test_users_are_listed(tls_gateway, client):
    async def work():
        async with client() as graph_client:
            return await graph_client.users.get(query(select=["id", "displayName", "userType"]))

    page = graph.run(work())
    assert page.value and all(user.id and user.display_name for user in page.value)
    assert {user.user_type for user in page.value} == {"Member", "Guest"}


def test_a_role_that_was_not_granted_is_not_there(tls_gateway, application):
    async def work():
        credential = graph.credential(tls_gateway, tls_gateway.host["id"], *application(["Domain.Read.All"], "Other"))
        async with graph.graph_client(tls_gateway, credential) as graph_client:
            await graph_client.users.get()

    with pytest.raises(APIError) as refused:
        graph.run(work())
    assert refused.value.response_status_code == 403
    assert refused.value.error.code == "Authorization_RequestDenied"


def test_pages_filters_and_counts(client):
    """As many guests as need several pages, found by what belongs to them."""
    from msgraph_core.tasks.page_iterator import PageIterator

    async def work():
        async with client() as graph_client:
            for number in range(12):
                await graph_client.users.post(member(f"page{number}@woodgrove.example", f"Page {number}"))
            configuration = query(select=["id", "displayName"], top=5, filter="startswith(displayName,'Page ')")
            first = await graph_client.users.get(configuration)
            found = []
            await PageIterator(first, graph_client.request_adapter).iterate(lambda user: not found.append(user))
            configuration = query(count=True, filter="startswith(displayName,'Page 1')", top=1)
            configuration.headers.add("ConsistencyLevel", "eventual")
            counted = await graph_client.users.get(configuration)
            by_mail = await graph_client.users.get(query(filter="mail eq 'PAGE7@woodgrove.example'"))
            return found, counted, by_mail

    found, counted, by_mail = graph.run(work())
    names = [user["displayName"] if isinstance(user, dict) else user.display_name for user in found]
    assert sorted(names) == sorted(f"Page {number}" for number in range(12))
    assert counted.odata_count == 3 and len(counted.value) == 1
    assert [user.display_name for user in by_mail.value] == ["Page 7"]


def member(name: str, display_name: str) -> User:
    return User(account_enabled=True, display_name=display_name, mail_nickname=name.partition("@")[0],
                user_principal_name=name, mail=name,
                password_profile=PasswordProfile(password="correct horse battery staple"))


def test_a_user_is_changed_deleted_and_restored(client):
    async def work():
        async with client() as graph_client:
            made = await graph_client.users.post(member("short@woodgrove.example", "Short Lived"))
            user = graph_client.users.by_user_id(made.id)
            await user.patch(User(job_title="Engineer", department="Engines"))
            changed = await user.get()
            await user.delete()
            with pytest.raises(APIError) as gone:
                await user.get()
            bin_ = await graph_client.directory.deleted_items.graph_user.get()
            await graph_client.directory.deleted_items.by_directory_object_id(made.id).restore.post()
            back = await user.get()
            await user.delete()
            await graph_client.directory.deleted_items.by_directory_object_id(made.id).delete()
            with pytest.raises(APIError) as erased:
                await graph_client.directory.deleted_items.by_directory_object_id(made.id).restore.post()
            return changed, gone.value, bin_, back, erased.value

    changed, gone, bin_, back, erased = graph.run(work())
    assert changed.job_title == "Engineer" and back.job_title == "Engineer"
    assert gone.response_status_code == 404 and erased.response_status_code == 404
    assert any(user.user_principal_name == "short@woodgrove.example" for user in bin_.value)


def test_groups_and_assignments(tls_gateway, client):
    """A guest gets into an application by a group, as an administrator would do it by the API alone."""
    async def work():
        async with client() as graph_client:
            user = await graph_client.users.post(member("grouped@woodgrove.example", "Grouped"))
            made = await graph_client.groups.post(Group(
                display_name="Analysts", mail_enabled=False, mail_nickname="analysts", security_enabled=True))
            group = graph_client.groups.by_group_id(made.id)
            reference = ReferenceCreate(odata_id=f"https://graph.microsoft.com/v1.0/directoryObjects/{user.id}")
            await group.members.ref.post(reference)
            members = await group.members.get()
            places = await graph_client.users.by_user_id(user.id).member_of.get()
            principals = await graph_client.service_principals.get()
            web = next(one for one in principals.value if one.app_id == tls_gateway.web["client_id"])
            assigned = graph_client.service_principals.by_service_principal_id(web.id).app_role_assigned_to
            row = await assigned.post(AppRoleAssignment(
                principal_id=made.id, resource_id=web.id, app_role_id="00000000-0000-0000-0000-000000000000"))
            listed = await assigned.get()
            await assigned.by_app_role_assignment_id(row.id).delete()
            await group.members.by_directory_object_id(user.id).ref.delete()
            after = await group.members.get()
            await group.delete()
            return user, made, members, places, row, listed, after

    user, made, members, places, row, listed, after = graph.run(work())
    assert [one.id for one in members.value] == [user.id] and isinstance(members.value[0], User)
    assert made.id in [one.id for one in places.value]
    assert row.id in [one.id for one in listed.value]
    assert after.value == []


def test_settings_of_the_organisation(tls_gateway, client):
    async def work():
        async with client() as graph_client:
            organisation = (await graph_client.organization.get()).value[0]
            domains = await graph_client.domains.get()
            providers = await graph_client.identity.identity_providers.get()
            policy = graph_client.policies.authorization_policy
            await policy.patch(AuthorizationPolicy(allow_invites_from=AllowInvitesFrom.AdminsAndGuestInviters))
            changed = await policy.get()
            await policy.patch(AuthorizationPolicy(allow_invites_from=AllowInvitesFrom.Everyone))
            audits = await graph_client.audit_logs.directory_audits.get()
            return organisation, domains, providers, changed, audits

    organisation, domains, providers, changed, audits = graph.run(work())
    assert organisation.id == tls_gateway.host["id"]
    assert tls_gateway.host["domain"] in [domain.id for domain in domains.value if domain.is_verified]
    assert "EmailOtpSignup-OAUTH" in [provider.id for provider in providers.value]
    assert changed.allow_invites_from == AllowInvitesFrom.AdminsAndGuestInviters
    assert "Update authorization policy" in [audit.activity_display_name for audit in audits.value]


def test_somebody_is_invited(tls_gateway, client):
    """The link is told to who invites; opening it leads to the invitation."""
    async def work():
        async with client() as graph_client:
            made = await graph_client.invitations.post(Invitation(
                invited_user_email_address="new.guest@outside.example", send_invitation_message=True,
                invite_redirect_url=tls_gateway.web["redirect_uris"][0].partition("/callback")[0] + "/"))
            refused = []
            for address in ("somebody@woodgrove.example", tls_gateway.web["client_id"]):
                with pytest.raises(APIError) as error:
                    await graph_client.invitations.post(Invitation(
                        invited_user_email_address=address, invite_redirect_url="https://app.example/"))
                refused.append(error.value)
            guest = await graph_client.users.by_user_id(made.invited_user.id).get(RequestConfiguration(
                query_parameters=UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(
                    select=["userType", "externalUserState", "creationType", "mail"])))
            return made, refused, guest

    made, refused, guest = graph.run(work())
    assert made.status == "PendingAcceptance"
    assert (guest.user_type, guest.external_user_state, guest.creation_type) == (
        "Guest", "PendingAcceptance", "Invitation")
    assert all(error.response_status_code == 400 for error in refused)
    assert "verified domain of this directory" in refused[0].error.message
    assert tls_gateway.get(made.invite_redeem_url[len(tls_gateway.base):]).status_code == 200


def test_an_invitation_in_full(tls_gateway, client):
    """Every property is kept and told, and a reset needs to say of whom."""
    landing = tls_gateway.web["redirect_uris"][0].partition("/callback")[0] + "/"

    def path(url):
        return url[len(tls_gateway.base):]

    async def work():
        async with client() as graph_client:
            made = await graph_client.invitations.post(Invitation(
                invited_user_email_address="whole.guest@outside.example", invited_user_display_name="Whole Guest",
                invite_redirect_url=landing, invited_user_type="Guest", send_invitation_message=True,
                invited_user_message_info=InvitedUserMessageInfo(
                    customized_message_body="Welcome.", message_language="fr-FR",
                    cc_recipients=[Recipient(email_address=EmailAddress(name="Bo", address="bo@outside.example"))])))
            opened = [tls_gateway.get(path(made.invite_redeem_url)).status_code]
            with pytest.raises(APIError) as no_such_user:
                await graph_client.invitations.post(Invitation(
                    invited_user_email_address="whole.guest@outside.example", invite_redirect_url=landing,
                    reset_redemption=True))
            return made, opened, no_such_user.value

    made, opened, error = graph.run(work())
    info = made.invited_user_message_info
    assert (info.customized_message_body, info.message_language) == ("Welcome.", "fr-FR")
    assert info.cc_recipients[0].email_address.address == "bo@outside.example"
    assert made.invited_user_display_name == "Whole Guest"
    assert opened == [200]
    assert error.response_status_code == 400 and "resetRedemption" in error.error.message
