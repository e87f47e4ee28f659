// Access: what may be done. The input that every decision reads, the decisions with their reasons, and the table of
// refusals with their numbers, causes and sentences. Pure: no clock, no storage, no sockets, and no JSON either; the
// input lists its members as plain facts, which Storage writes down and reads back.
//
// It leaves to others: who somebody is (Directory), where facts come from and what happens next (Gateway), how they are
// kept (Storage). A decision reads `SignInInput` and settings, never anything else, so that what-if and replay are the
// same function with other arguments.
// Start with `SignInInput`, then `AccessPolicy`, then `Refusal`.
