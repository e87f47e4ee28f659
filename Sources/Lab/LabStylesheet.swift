/// One style sheet for every page of the lab, under the answer's nonce. Colours reach WCAG 2.2 AA in light and dark, and
/// targets are at least 44 pixels high.
let labStylesheet: LabMarkup = """
    :root{--bg:#f5f7f4;--card:#fff;--ink:#16211a;--soft:#4f5d55;--line:#d3dbd5;--accent:#1b6b3a;--on:#fff;--tint:#e4f1e8;\
    --good:#1b6b3a;--bad:#a3171f;--badbg:#fdeced;--shadow:0 1px 2px rgba(16,32,24,.07),0 10px 30px rgba(16,32,24,.08)}\
    .slate{--bg:#f3f5f8;--accent:#2b4a6f;--tint:#e3eaf3;--line:#d3dae3}\
    .rust{--bg:#faf5f1;--accent:#9a3f12;--tint:#f9e8dd;--line:#e5d8cf}\
    .violet{--bg:#f6f4fa;--accent:#5a3aa5;--tint:#ebe5f8;--line:#dcd5ea}\
    .night{--bg:#eef2f7;--accent:#0f4c81;--tint:#dfeaf5;--line:#cdd8e4}\
    .teal{--bg:#f1f7f7;--accent:#0b6063;--tint:#dcefef;--line:#cadedd}\
    .plum{--bg:#faf3f7;--accent:#86205d;--tint:#f8e3ef;--line:#e6d2de}\
    @media(prefers-color-scheme:dark){:root{--bg:#0f1612;--card:#18221c;--ink:#edf3ef;--soft:#a8b8ae;--line:#33433a;\
    --accent:#7fd6a0;--on:#06240f;--tint:#1d3326;--good:#7fd6a0;--bad:#ffb3b5;--badbg:#3a1a1e;--shadow:0 10px 30px rgba(0,0,0,.4)}\
    .slate{--bg:#0f141a;--card:#18202a;--accent:#9cc3ef;--on:#08213c;--tint:#1c2b3c;--line:#344150}\
    .rust{--bg:#17110d;--card:#241a14;--accent:#f4a97c;--on:#351203;--tint:#3a2518;--line:#4a392e}\
    .violet{--bg:#120f1a;--card:#1d182a;--accent:#c2aef5;--on:#21104d;--tint:#2b2342;--line:#40375a}\
    .night{--bg:#0b1118;--card:#15202b;--accent:#86c1f2;--on:#04223b;--tint:#1a2e40;--line:#33465a}\
    .teal{--bg:#0a1415;--card:#132122;--accent:#7ad3d6;--on:#002f31;--tint:#173133;--line:#2f4a4b}\
    .plum{--bg:#170d13;--card:#25161f;--accent:#f0a3cf;--on:#3a0524;--tint:#3c1b2e;--line:#4b3241}}\
    *{box-sizing:border-box}\
    html{font:100%/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}\
    body{margin:0;min-height:100vh;color:var(--ink);background:var(--bg)}\
    .shell{max-width:58rem;margin:0 auto;padding:1rem 1rem 3rem}\
    .narrow{max-width:27rem}\
    header{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.25rem 1.5rem;margin:0 0 1.5rem}\
    .brand{display:flex;align-items:center;gap:.75rem;min-height:2.75rem;color:var(--ink);font-weight:650;font-size:1.0625rem;\
    text-decoration:none}\
    .mark{display:grid;place-items:center;width:2.375rem;height:2.375rem;border-radius:.75rem;background:var(--accent);color:var(--on);\
    font-size:1.1875rem;font-weight:700}\
    nav{display:flex;flex-wrap:wrap;gap:0 1.25rem}\
    nav a{display:inline-flex;align-items:center;min-height:2.75rem;color:var(--soft);text-decoration:none;font-weight:550}\
    nav a:hover{color:var(--accent);text-decoration:underline}\
    h1{font-size:clamp(1.625rem,5vw,2.25rem);line-height:1.2;letter-spacing:-.015em;margin:0 0 .75rem;text-wrap:balance;\
    overflow-wrap:anywhere}\
    h2{font-size:1.1875rem;margin:0 0 .75rem}\
    h3{font-size:1rem;margin:1.25rem 0 .375rem}\
    p{margin:0 0 1rem;overflow-wrap:anywhere}\
    a{color:var(--accent)}\
    .lead{font-size:1.125rem;color:var(--soft);max-width:40rem}\
    .soft{color:var(--soft)}\
    .card{background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:clamp(1rem,4vw,1.75rem);margin:0 0 1.25rem;\
    box-shadow:var(--shadow);min-width:0}\
    .hero{background:linear-gradient(140deg,var(--tint),var(--card) 70%)}\
    .two{display:grid;gap:0 1.25rem}\
    @media(min-width:52rem){.two{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}}\
    .actions{display:flex;flex-wrap:wrap;gap:.75rem;align-items:center;margin:1.25rem 0 0}\
    button,.button{display:inline-flex;align-items:center;justify-content:center;min-height:2.875rem;padding:.5rem 1.5rem;font:inherit;\
    font-weight:600;border-radius:.75rem;border:1px solid var(--accent);background:var(--accent);color:var(--on);cursor:pointer;\
    text-decoration:none}\
    button:hover,.button:hover{filter:brightness(1.1)}\
    .plain{background:transparent;color:var(--accent)}\
    .wide{width:100%}\
    .row{display:grid;gap:.75rem;margin-top:1.25rem}\
    label{display:block;font-weight:600;margin:1rem 0 .375rem}\
    input:not([type=hidden],[type=checkbox]),select{width:100%;min-height:2.875rem;padding:.5rem .875rem;font:inherit;color:inherit;background:var(--bg);\
    border:1px solid var(--soft);border-radius:.625rem}\
    ul.switches{list-style:none;margin:0;padding:0}\
    ul.switches li{display:flex;gap:1rem;align-items:flex-start;padding:.5rem 0;border-top:1px solid var(--line)}\
    ul.switches li:first-child{border-top:0}\
    ul.switches label{margin:0;font-weight:400;min-width:0;min-height:2.75rem;flex:1;overflow-wrap:anywhere}\
    ul.switches label code{font-weight:600}\
    ul.switches small{display:block;color:var(--soft);font-size:.875rem}\
    ul.switches input[type=checkbox]{flex:none;width:1.5rem;height:1.5rem;margin:.125rem 0;accent-color:var(--accent)}\
    ul.switches input[type=number]{flex:none;width:6.5rem}\
    .problem{color:var(--bad);background:var(--badbg);border-radius:.5rem;padding:.5rem .75rem;font-weight:550}\
    dl{margin:0}\
    dl>div{display:grid;grid-template-columns:minmax(0,8rem) minmax(0,1fr);gap:0 1rem;padding:.5rem 0;border-top:1px solid var(--line)}\
    dl>div:first-child{border-top:0}\
    @media(max-width:30rem){dl>div{grid-template-columns:minmax(0,1fr)}}\
    dt{font-weight:600;overflow-wrap:anywhere}\
    dd{margin:0;overflow-wrap:anywhere}\
    dd small{display:block;color:var(--soft);font-size:.875rem}\
    code,pre,dt.mono{font-family:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;font-size:.9em}\
    code{overflow-wrap:anywhere}\
    pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;line-height:1.5}\
    ul.checks,ol.steps,ul.mails{list-style:none;margin:0;padding:0}\
    ul.checks li{display:flex;gap:.75rem;padding:.5rem 0;border-top:1px solid var(--line)}\
    ul.checks li:first-child{border-top:0}\
    ul.checks li>span:last-child{min-width:0;overflow-wrap:anywhere}\
    .yes,.no{flex:none;width:1.5rem;height:1.5rem;border-radius:50%;display:grid;place-items:center;font-size:.875rem;font-weight:700}\
    .yes{background:var(--tint);color:var(--good)}\
    .no{background:var(--bg);color:var(--soft);border:1px solid var(--line)}\
    ul.checks small{display:block;color:var(--soft)}\
    ol.steps{counter-reset:step}\
    ol.steps>li{counter-increment:step;position:relative;padding:0 0 1.5rem 3rem}\
    ol.steps>li::before{content:counter(step);position:absolute;left:0;top:0;width:2rem;height:2rem;border-radius:50%;display:grid;\
    place-items:center;background:var(--accent);color:var(--on);font-weight:700}\
    ol.steps>li:not(:last-child)::after{content:"";position:absolute;left:1rem;top:2.25rem;bottom:.25rem;border-left:2px solid var(--line)}\
    ol.steps h2{padding-top:.1875rem;margin-bottom:.25rem}\
    details{margin:1rem 0 0;border-top:1px solid var(--line);padding-top:.5rem}\
    summary{cursor:pointer;min-height:2.75rem;display:flex;align-items:center;font-weight:600;color:var(--accent)}\
    .token{overflow-wrap:anywhere;font-size:.8125rem;color:var(--soft)}\
    ul.mails a{display:block;padding:.875rem 0;border-top:1px solid var(--line);color:inherit;text-decoration:none}\
    ul.mails li:first-child a{border-top:0}\
    ul.mails a:hover strong{text-decoration:underline}\
    ul.mails strong{display:block;color:var(--accent);overflow-wrap:anywhere}\
    ul.mails span{display:block;color:var(--soft);font-size:.9375rem;overflow-wrap:anywhere}\
    ul.mails .first{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem}\
    iframe{display:block;width:100%;height:36rem;border:1px solid var(--line);border-radius:.75rem;background:#fff}\
    :focus-visible{outline:3px solid var(--accent);outline-offset:2px}\
    .skip{position:absolute;left:-99rem}\
    @media(forced-colors:active){.mark,.yes,.no,button,.button{border:1px solid}}
    """
