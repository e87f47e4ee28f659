// Pages: what people see. Every page and every mail is a function of a value; the HTML writer escapes by construction;
// words come in each language from one table. No routes, no state, no scripts but the one that posts a form.
//
// It leaves to others: which page comes next (Gateway), and what is true (Directory, Access).
// Start with `PageFrame`, then `SignInPages`.
