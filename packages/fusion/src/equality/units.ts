/** Units of measure: what each is called, and how much of its dimension's base unit it is. Factors are exact by definition. */

/** A unit in terms of a base unit: value * factor + offset. */
export interface Unit {
  readonly dimension: string;
  readonly factor: number;
  readonly offset: number;
}

type Row = readonly [names: string, factor: number, offset?: number];

/** Names in lower case, without full stops; a plural "s" is understood. BIPM: SI Brochure, 9th edition; NIST SP 811. */
const TABLE: Readonly<Record<string, readonly Row[]>> = {
  length: [
    ['mm millimetre millimeter', 1e-3],
    ['cm centimetre centimeter', 1e-2],
    ['m metre meter', 1],
    ['km kilometre kilometer', 1e3],
    ['in inch inches', 0.0254],
    ['ft foot feet', 0.3048],
    ['yd yard', 0.9144],
    ['mi mile', 1609.344],
  ],
  area: [
    ['m2 m² sqm', 1],
    ['km2 km²', 1e6],
    ['ha hectare', 1e4],
    ['acre', 4046.8564224],
  ],
  volume: [
    ['ml millilitre milliliter', 1e-6],
    ['l litre liter', 1e-3],
    ['m3 m³', 1],
  ],
  mass: [
    ['mg milligram milligramme', 1e-6],
    ['g gram gramme', 1e-3],
    ['kg kilogram kilogramme kilo', 1],
    ['t tonne', 1e3],
    ['oz ounce', 0.028349523125],
    ['lb pound', 0.45359237],
  ],
  duration: [
    ['ms millisecond', 1e-3],
    ['s sec second', 1],
    ['min minute', 60],
    ['h hr hour', 3600],
    ['day', 86_400],
    ['week', 604_800],
  ],
  // Months have no fixed length in days.
  calendar: [
    ['month', 1],
    ['yr year', 12],
    ['decade', 120],
    ['century centuries', 1200],
  ],
  temperature: [
    ['k kelvin', 1],
    ['c °c celsius', 1, 273.15],
    ['f °f fahrenheit', 5 / 9, 459.67 * (5 / 9)],
  ],
  speed: [
    ['m/s', 1],
    ['km/h kph', 1 / 3.6],
    ['mph', 0.44704],
  ],
  power: [
    ['w watt', 1],
    ['kw kilowatt', 1e3],
    ['mw megawatt', 1e6],
  ],
  people: [['people person inhabitant resident', 1]],
  share: [['% percent', 1]],
  dollar: [['$ dollar usd', 1]],
  euro: [['€ euro eur', 1]],
  pound: [['£ gbp', 1]],
};

const byName = new Map<string, Unit>();
for (const [dimension, rows] of Object.entries(TABLE)) {
  for (const [names, factor, offset = 0] of rows) {
    for (const name of names.split(' ')) byName.set(name, { dimension, factor, offset });
  }
}

/** Words that stand before or after a unit and change nothing: "degrees Celsius", "US dollars". */
const FILLERS = /^(?:degrees?|us)\s+/;

/** The unit of that name, in lower case; squares and cubes also in words. */
export function unitOf(name: string): Unit | undefined {
  const plain = name
    .replace(FILLERS, '')
    .replace(/^(?:square|sq)\s+(?:kilometres?|kilometers?|km)$/, 'km2')
    .replace(/^(?:square|sq)\s+(?:metres?|meters?|m)$/, 'm2')
    .replace(/^(?:kilometres?|kilometers?|km) (?:per|an) hour$/, 'km/h')
    .replace(/^miles? (?:per|an) hour$/, 'mph')
    .replace(/^(?:metres?|meters?|m) per second$/, 'm/s')
    .replace(/^per cent$/, 'percent');
  return byName.get(plain) ?? (plain.length > 2 && plain.endsWith('s') ? byName.get(plain.slice(0, -1)) : undefined);
}
