/** What a browser calls itself (User-Agent, RFC 9110, section 10.1.5), as people know it. */

/** The first that is found counts: nearly all of them also call themselves Chrome, Safari and Mozilla. */
const BROWSERS: readonly (readonly [sign: RegExp, name: string])[] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, 'Edge'],
  [/\b(?:OPR|OPT)\/(\d+)/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+).* Safari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [sign: RegExp, name: string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** E.g. `Firefox 128 on Windows`; for programs, their first word. */
export function agentText(agent: string): string {
  const [first = ''] = agent.trim().split(' ');
  if (first === '') return 'unnamed program';
  const browser = nameOf(agent, BROWSERS);
  const system = nameOf(agent, SYSTEMS);
  if (browser === null) return first.startsWith('Mozilla/') ? `browser${onSystem(system)}` : first.replace('/', ' ');
  return `${browser}${onSystem(system)}`;
}

function nameOf(agent: string, signs: readonly (readonly [RegExp, string])[]): string | null {
  for (const [sign, name] of signs) {
    const found = sign.exec(agent);
    if (found) return found[1] === undefined ? name : `${name} ${found[1]}`;
  }
  return null;
}

const onSystem = (system: string | null): string => (system === null ? '' : ` on ${system}`);
