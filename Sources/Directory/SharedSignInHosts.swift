/// Names under which everybody can have a sign-in page: there a page's host says nothing about the domain above it. A
/// partner at `accounts.google.com` does not speak for `google.com`, nor one at `contoso.okta.com` for `okta.com`; for
/// `contoso.okta.com` itself it does.
///
/// Not complete, and can't be: it holds the identity services and the hosting names that partners are really at. Beyond
/// it stands what an administrator listed for the partner.
package enum SharedSignInHosts {
    /// The shared name that keeps a page at `host`, which is at or under `domain`, from proving the domain.
    static func shared(_ host: DomainName, provingFor domain: DomainName) -> DomainName? {
        names.first { shared in
            (host == shared || host.isUnder(shared)) && (shared == domain || shared.isUnder(domain))
        }
    }

    private static let names = texts.compactMap { DomainName($0) }

    static let texts = [
        // Identity services: one name for all customers, or one under it for each.
        "accounts.google.com", "login.microsoftonline.com", "login.microsoftonline.us", "login.windows.net",
        "login.chinacloudapi.cn", "login.partner.microsoftonline.cn", "sts.windows.net", "onmicrosoft.com",
        "b2clogin.com", "ciamlogin.com", "okta.com", "okta-emea.com", "okta-gov.com", "oktapreview.com", "auth0.com",
        "onelogin.com", "pingone.com", "pingone.eu", "pingone.asia", "pingone.ca", "pingidentity.com",
        "sso.jumpcloud.com", "duosecurity.com", "cyberark.cloud", "idaptive.app", "centrify.com", "rippling.com",
        "awsapps.com", "amazoncognito.com", "salesforce.com", "force.com", "frontegg.com", "workos.com",
        "login.oracle.com", "identity.oraclecloud.com", "ondemand.com", "phasetwo.io", "zitadel.cloud",
        "stytch.com", "descope.com", "fusionauth.io", "secureauth.com", "miniorange.com", "keycloak.org",
        // Hosting: whoever asks gets a name.
        "azurewebsites.net", "azurefd.net", "cloudapp.net", "cloudapp.azure.com", "windows.net", "amazonaws.com",
        "elasticbeanstalk.com", "cloudfront.net", "appspot.com", "run.app", "web.app", "firebaseapp.com",
        "herokuapp.com", "vercel.app", "netlify.app", "pages.dev", "workers.dev", "fly.dev", "onrender.com",
        "github.io", "gitlab.io", "ngrok.io", "ngrok.app", "ngrok-free.app", "trycloudflare.com", "duckdns.org",
        "dyndns.org", "no-ip.org",
    ]
}
