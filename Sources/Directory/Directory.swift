// Directory: who exists. Tenants, users, guests, external identities, groups, applications, partners, invitations,
// and the pure rules over them: how an address is read, how a guest is named, which home an address belongs to, which
// guest an identity is. No clock, no storage, no sockets; dates arrive as arguments.
//
// It leaves to others: what may be done (Access), how it is kept (Storage), how an identity is proven (Upstream).
// Start with `User` and `ExternalIdentity`, then `HomeRealm` and `GuestMapping`.
