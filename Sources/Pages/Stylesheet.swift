/// One style sheet for every page, inline under the answer's nonce: nothing else is fetched. System fonts; colours reach
/// WCAG 2.2 AA in light and dark; targets are at least 44 pixels high.
let stylesheet: StaticString = """
    :root{--bg:#eef1f5;--bg2:#dfe6ee;--card:#fff;--ink:#16202c;--soft:#526070;--line:#c9d2dc;--accent:#0b5a8f;--accent2:#084670;\
    --on:#fff;--bad:#a3171f;--badbg:#fdeced;--field:#fff;--shadow:0 1px 2px rgba(16,32,48,.08),0 12px 32px rgba(16,32,48,.10)}\
    @media(prefers-color-scheme:dark){:root{--bg:#0e141b;--bg2:#131c26;--card:#18222d;--ink:#eef3f8;--soft:#a9b7c6;--line:#3a4857;\
    --accent:#7cc4f4;--accent2:#a6d8f9;--on:#06202f;--bad:#ffb3b5;--badbg:#3a1a1e;--field:#111a23;--shadow:0 12px 32px rgba(0,0,0,.4)}}\
    *{box-sizing:border-box}\
    html{font:100%/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}\
    body{margin:0;min-height:100vh;color:var(--ink);background:linear-gradient(160deg,var(--bg),var(--bg2)) fixed}\
    .shell{max-width:29rem;margin:0 auto;padding:clamp(1.25rem,7vh,5rem) 1rem 2rem}\
    .brand{display:flex;align-items:center;gap:.75rem;margin:0 .25rem 1.25rem;font-weight:600;font-size:1.0625rem}\
    .mark{display:grid;place-items:center;width:2.5rem;height:2.5rem;border-radius:.75rem;background:var(--accent);color:var(--on);\
    font-size:1.25rem;font-weight:700}\
    .card{background:var(--card);border-radius:1rem;padding:clamp(1.25rem,5vw,2.25rem);box-shadow:var(--shadow)}\
    h1{font-size:1.5rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 .5rem;text-wrap:balance}\
    h2{font-size:1rem;margin:1.5rem 0 .5rem}\
    p{margin:0 0 1rem}\
    .lead,.hint{color:var(--soft)}\
    .who{display:flex;align-items:center;gap:.5rem;margin:0 0 1.25rem;padding:.625rem .875rem;border:1px solid var(--line);\
    border-radius:999px;overflow-wrap:anywhere;font-weight:500}\
    .field{margin:1.25rem 0}\
    label{display:block;font-weight:600;margin-bottom:.375rem}\
    .hint{font-size:.9375rem;margin:0 0 .5rem}\
    fieldset{border:0;margin:0;padding:0;min-width:0}\
    legend{padding:0;font-weight:600;margin-bottom:.375rem}\
    .tick{display:flex;align-items:center;gap:.75rem;min-height:2.75rem;margin:0;font-weight:400}\
    select{width:100%;min-height:2.875rem;padding:.5rem .875rem;font:inherit;color:inherit;background:var(--field);\
    border:1px solid var(--soft);border-radius:.625rem}\
    select[aria-invalid]{border-color:var(--bad);border-width:2px}\
    input[type=radio],input[type=checkbox]{flex:none;width:1.375rem;height:1.375rem;accent-color:var(--accent);margin:0}\
    input:not([type=hidden],[type=radio],[type=checkbox]){width:100%;min-height:2.875rem;padding:.5rem .875rem;font:inherit;color:inherit;background:var(--field);\
    border:1px solid var(--soft);border-radius:.625rem}\
    input[aria-invalid]{border-color:var(--bad);border-width:2px}\
    input#code{font-size:1.5rem;letter-spacing:.25em;font-variant-numeric:tabular-nums;text-align:center}\
    .problem{color:var(--bad);background:var(--badbg);border-radius:.5rem;padding:.5rem .75rem;margin:.5rem 0 0;font-weight:500}\
    button,.button{display:inline-flex;align-items:center;justify-content:center;min-height:2.875rem;padding:.5rem 1.25rem;font:inherit;\
    font-weight:600;border-radius:.625rem;border:1px solid transparent;cursor:pointer;text-decoration:none;text-align:center}\
    .primary{width:100%;background:var(--accent);color:var(--on)}\
    .primary:hover{background:var(--accent2)}\
    .secondary{width:100%;background:transparent;color:var(--ink);border-color:var(--soft)}\
    .secondary:hover{border-color:var(--accent);color:var(--accent)}\
    .quiet{background:none;color:var(--accent);padding:.5rem 0;min-height:2.75rem}\
    .quiet:hover{text-decoration:underline}\
    .links{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1.5rem}\
    .row{display:grid;gap:.75rem;margin-top:1.25rem}\
    @media(min-width:26rem){.row.two{grid-template-columns:1fr 1fr}}\
    .or{display:flex;align-items:center;gap:.75rem;color:var(--soft);margin:1.5rem 0 1rem;font-size:.9375rem}\
    .or::before,.or::after{content:"";flex:1;border-top:1px solid var(--line)}\
    .choices{display:grid;gap:.625rem}\
    ul.plain{list-style:none;margin:0 0 1rem;padding:0}\
    ul.plain li{padding:.75rem 0;border-top:1px solid var(--line)}\
    ul.plain li:first-child{border-top:0}\
    .detail{color:var(--soft);font-size:.9375rem;overflow-wrap:anywhere}\
    .lines>*{display:block}\
    blockquote{margin:0 0 1.25rem;padding:.75rem 1rem;border-left:4px solid var(--accent);background:var(--bg);border-radius:0 .5rem .5rem 0;\
    overflow-wrap:anywhere;white-space:pre-line}\
    a{color:var(--accent)}\
    code{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.9em;overflow-wrap:anywhere}\
    :focus-visible{outline:3px solid var(--accent);outline-offset:2px}\
    footer{margin:1rem .25rem 0;font-size:.875rem;color:var(--soft)}\
    footer p{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:0}\
    footer a{color:inherit}\
    @media(max-width:30rem){.shell{padding-top:1rem}}\
    @media(forced-colors:active){.mark,button,.button{border:1px solid}}
    """
