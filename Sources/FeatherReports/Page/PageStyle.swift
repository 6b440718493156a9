/// The page's style: one column of text, tables that scroll by themselves, figures that take the width there is, colours as variables.
///
/// Colours of series are Okabe and Ito's, made darker on white and lighter on black until they stand out from it; series differ by
/// dashes and symbols too.
enum PageStyle {
  static let text: StaticString = """
    :root {
      color-scheme: light dark;
      --page: #ffffff; --text: #1b1f24; --quiet: #59626d; --rule: #d5dae0; --grid: #e9ecef; --shade: #f5f7f9;
      --accent: #0b5ea8; --heat: #0b4f8a; --other: #b9c0c8;
      --c0: #1b1f24; --c1: #0072b2; --c2: #c8500a; --c3: #00805e; --c4: #b04a8c; --c5: #b27900; --c6: #3b9ad6;
      --c7: #7b7f87;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #14171b; --text: #e6e9ed; --quiet: #a2abb6; --rule: #3b434d; --grid: #272d34; --shade: #1c2127;
        --accent: #7cbcf2; --heat: #8fcbff; --other: #525b66;
        --c0: #f0f2f5; --c1: #4fa8ec; --c2: #ff8a4f; --c3: #2fc79c; --c4: #eb93c9; --c5: #f0b53f; --c6: #a5d8ff;
        --c7: #9aa1ab;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; background: var(--page); color: var(--text);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
    }
    main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
    header { padding-top: 2rem; }
    h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; overflow-wrap: anywhere; }
    h2 { margin: 2.75rem 0 0.75rem; padding-bottom: 0.3rem; border-bottom: 1px solid var(--rule); font-size: 1.3rem; }
    h3 { margin: 1.5rem 0 0.5rem; font-size: 1.05rem; }
    h4 { margin: 0 0 0.25rem; font-size: 0.9rem; font-weight: 600; overflow-wrap: anywhere; }
    p { margin: 0.5rem 0; overflow-wrap: anywhere; }
    .about { max-width: 46rem; font-size: 1.1rem; }
    .printed { display: none; }
    .note, figcaption, footer, .count { color: var(--quiet); font-size: 0.875rem; }
    figcaption { max-width: 50rem; margin-top: 0.5rem; }
    footer { margin-top: 3rem; padding-bottom: 2rem; }
    .summary { display: flex; flex-wrap: wrap; gap: 0.4rem 1.75rem; margin: 0.9rem 0; padding: 0; list-style: none; }
    .summary li { font-variant-numeric: tabular-nums; font-weight: 600; }
    details { margin: 0.5rem 0; }
    summary { cursor: pointer; color: var(--accent); }
    pre { margin: 0; padding: 0.75rem 1rem; background: var(--shade); font-size: 0.85rem; line-height: 1.45; }
    pre, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }

    .settings { columns: 19rem; column-gap: 2rem; margin: 0.5rem 0; font-size: 0.85rem; }
    .settings div { display: flex; justify-content: space-between; gap: 1rem; break-inside: avoid; }
    .settings dt { color: var(--quiet); }
    .settings dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
    .settings .set { font-weight: 600; }
    .facts div { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1rem; padding: 0.3rem 0; border-top: 1px solid var(--grid); }
    .facts dt { grid-row: 1 / span 99; color: var(--quiet); }
    .facts dd { grid-column: 2; margin: 0; overflow-wrap: anywhere; font-size: 0.9rem; }

    .scroll { overflow-x: auto; margin: 0.75rem 0; }
    table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
    th, td { padding: 0.28rem 0.7rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--grid); }
    th:first-child, td:first-child { padding-left: 0.3rem; }
    th { font-weight: 600; border-bottom: 1.5px solid var(--rule); vertical-align: bottom; }
    .t { text-align: left; }
    tbody tr:hover { background: var(--shade); }
    #failures td.t { white-space: normal; min-width: 6rem; }
    th button {
      all: unset; cursor: pointer; padding-right: 0.9em; position: relative; white-space: nowrap;
    }
    th button::after { position: absolute; right: 0; content: "\\2195"; color: var(--quiet); font-weight: 400; opacity: 0.6; }
    th[aria-sort="ascending"] button::after { content: "\\2191"; color: var(--accent); opacity: 1; }
    th[aria-sort="descending"] button::after { content: "\\2193"; color: var(--accent); opacity: 1; }
    #controls { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.5rem; margin: 0.75rem 0; }
    #controls[hidden], tr[hidden] { display: none; }
    #controls p { margin: 0; color: var(--quiet); }
    input, select {
      max-width: 100%; padding: 0.25rem 0.5rem; border: 1px solid var(--rule); border-radius: 4px; background: var(--page);
      color: inherit; font: inherit;
    }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

    figure { margin: 1.5rem 0 2.25rem; }
    .panels { display: grid; gap: 1.25rem 1.5rem; max-width: 44rem; }
    .panels.many { grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); max-width: none; }
    .panel { min-width: 0; }
    .panel > svg { display: block; width: 100%; height: auto; }
    .legend { display: flex; flex-wrap: wrap; gap: 0.15rem 1.1rem; margin: 0.4rem 0; padding: 0; list-style: none; font-size: 0.8rem; }
    .legend li { display: inline-flex; align-items: center; gap: 0.4rem; overflow-wrap: anywhere; }
    .sample { flex: none; }
    svg text { fill: var(--text); font-size: 12px; }
    .axis path { fill: none; stroke: var(--quiet); }
    .axis .grid { stroke: var(--grid); }
    .axis text { fill: var(--quiet); font-variant-numeric: tabular-nums; }
    .axis .label { fill: var(--text); font-size: 12.5px; }
    .line { fill: none; stroke: var(--c); stroke-width: 1.8; stroke-linejoin: round; }
    .band { fill: var(--c); opacity: 0.16; }
    .bar { stroke: var(--c); stroke-width: 1.3; }
    .sign { fill: var(--c); stroke: var(--page); stroke-width: 0.8; }
    .other path { fill: none; stroke: var(--other); stroke-width: 1; }
    .front { fill: none; stroke: var(--other); stroke-width: 3; }
    .reference { stroke: var(--quiet); stroke-dasharray: 1.5 4; stroke-width: 1.3; }
    .below path { fill: var(--page); stroke: var(--quiet); }
    .part { stroke: var(--c); fill: var(--c); }
    .part.down { fill: var(--page); stroke-width: 1.4; }
    .heat path { fill: var(--heat); }
    .heat .frame { fill: none; stroke: var(--rule); }
    .heat .on { fill: var(--page); }
    .h1 { opacity: 0.1; } .h2 { opacity: 0.2; } .h3 { opacity: 0.3; } .h4 { opacity: 0.4; } .h5 { opacity: 0.5; }
    .h6 { opacity: 0.6; } .h7 { opacity: 0.7; } .h8 { opacity: 0.8; } .h9 { opacity: 0.9; }
    .c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); }
    .c4 { --c: var(--c4); } .c5 { --c: var(--c5); } .c6 { --c: var(--c6); } .c7 { --c: var(--c7); }
    .d1 .line { stroke-dasharray: 8 3; } .d2 .line { stroke-dasharray: 3 3; }
    .d3 .line { stroke-dasharray: 9 3 2 3; } .d4 .line { stroke-dasharray: 1.5 2.5; } .d5 .line { stroke-dasharray: 14 4; }
    .d6 .line { stroke-dasharray: 10 3 2 3 2 3; } .d7 .line { stroke-dasharray: 5 6; }

    @media (max-width: 40rem) {
      .facts div { grid-template-columns: 1fr; }
      .facts dt, .facts dd { grid-row: auto; grid-column: 1; }
      svg text { font-size: 14px; }
      .axis .label { font-size: 14px; }
    }
    @media print {
      :root {
        color-scheme: light;
        --page: #ffffff; --text: #000000; --quiet: #444444; --rule: #999999; --grid: #dddddd; --shade: #ffffff;
        --accent: #000000; --heat: #0b4f8a; --other: #b9c0c8;
        --c0: #000000; --c1: #0072b2; --c2: #c8500a; --c3: #00805e; --c4: #b04a8c; --c5: #b27900; --c6: #3b9ad6;
        --c7: #7b7f87;
      }
      body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      main, footer { max-width: none; padding: 0; }
      #controls, .long .scroll, details:not([open]), th button::after { display: none; }
      .printed { display: block; }
      .scroll { overflow: visible; }
      table { font-size: 7.5pt; }
      th, td { padding: 0.15rem 0.35rem; white-space: normal; }
      thead { display: table-header-group; }
      h2, h3, h4 { break-after: avoid; }
      tr, .panel, .legend, .legend li { break-inside: avoid; }
      .panels.many { grid-template-columns: 1fr 1fr; }
      .panels:not(.many) { max-width: 15cm; }
    }

    """
}
