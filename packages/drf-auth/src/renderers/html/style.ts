/** The one stylesheet of every page; it stands in the page, and the Content-Security-Policy names its hash. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #ffffff;
  --box: #f4f6f8;
  --line: #8a949e;
  --soft-line: #d5dae0;
  --text: #1b1f24;
  --quiet: #525b65;
  --link: #0a52b5;
  --button: #0a52b5;
  --button-text: #ffffff;
  --wrong: #b01f17;
  --key: #1d4e9e;
  --string: #14602f;
  --number: #8a3d00;
  --literal: #7d1a72;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b;
    --box: #1d2127;
    --line: #7a848f;
    --soft-line: #353c44;
    --text: #e7eaee;
    --quiet: #a5afba;
    --link: #85bbff;
    --button: #85bbff;
    --button-text: #10151c;
    --wrong: #ff9d94;
    --key: #9cc8ff;
    --string: #8fd8a8;
    --number: #f3b97f;
    --literal: #e8a8e0;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
header, main { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.5rem 1rem;
  padding-block: 0.75rem;
  border-bottom: 1px solid var(--soft-line);
}
header p { margin: 0; font-weight: 600; }
header form, header div { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem; }
main { padding-bottom: 3rem; }
main.narrow { max-width: 28rem; }
h1 { margin: 1rem 0 0.5rem; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.25rem; }
p { margin: 0.5rem 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
nav ol, nav ul, .list {
  display: flex;
  flex-wrap: wrap;
  gap: 0.25rem 1rem;
  margin: 0.5rem 0;
  padding: 0;
  list-style: none;
}
nav ol { gap: 0.25rem 0.5rem; margin-top: 1rem; }
nav ol li + li::before { content: "/"; content: "/" / ""; margin-right: 0.5rem; color: var(--quiet); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 1rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
dd .list { margin: 0; }
.quiet { color: var(--quiet); }
.wrong { color: var(--wrong); }
code, pre { font: 0.9rem/1.5 ui-monospace, monospace; }
pre {
  margin: 0.5rem 0;
  padding: 0.75rem 1rem;
  border: 1px solid var(--soft-line);
  border-radius: 0.375rem;
  background: var(--box);
  white-space: pre-wrap;
}
.key { color: var(--key); }
.string { color: var(--string); }
.number { color: var(--number); }
.literal { color: var(--literal); }
.field { margin: 1rem 0; }
.field p { margin: 0.25rem 0; font-size: 0.9rem; }
label { display: block; margin-bottom: 0.25rem; font-weight: 600; }
.choice { display: flex; align-items: center; gap: 0.5rem; }
.choice label { margin: 0; }
input, textarea, button { font: inherit; }
input:not([type="checkbox"]), textarea {
  display: block;
  width: 100%;
  padding: 0.5rem;
  border: 1px solid var(--line);
  border-radius: 0.375rem;
  background: var(--page);
  color: inherit;
}
input[type="checkbox"] { width: 1.25rem; height: 1.25rem; accent-color: var(--button); }
textarea { min-height: 7rem; resize: vertical; }
[aria-invalid="true"] { border-color: var(--wrong); }
button {
  padding: 0.5rem 1.25rem;
  border: 1px solid var(--button);
  border-radius: 0.375rem;
  background: var(--button);
  color: var(--button-text);
  font-weight: 600;
  cursor: pointer;
}
header button { padding: 0.25rem 0.75rem; background: none; color: var(--link); }
@media (max-width: 36rem) {
  h1 { font-size: 1.5rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dt { margin-top: 0.5rem; }
}
`;
