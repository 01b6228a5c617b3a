/** `/api/v1/layout`: how the graph is laid out, and what holds its nodes. Positions come over the WebSocket. */
import { type Static, Type } from 'typebox';
import { LAYOUT_RANGES, MAX_LAYOUT_COORDINATE, MAX_MAJORISE_ITERATIONS } from './words.ts';

function parameter(name: keyof typeof LAYOUT_RANGES, description: string) {
  const { minimum, maximum, exclusive } = LAYOUT_RANGES[name];
  const range = exclusive ? { exclusiveMinimum: minimum, exclusiveMaximum: maximum } : { minimum, maximum };
  return Type.Number({ ...range, description });
}

export const LayoutParameterValues = Type.Object(
  {
    repulsion: parameter('repulsion', 'Strength of the mutual repulsion; greater spreads the layout.'),
    spring: parameter('spring', 'Stiffness of an edge.'),
    gravity: parameter('gravity', 'Pull to the centre: keeps unconnected parts in sight.'),
    cluster: parameter(
      'cluster',
      'Pull of nodes to the mean of their group; without effect on a graph without groups.',
    ),
    collision: parameter(
      'collision',
      'Strength with which nodes inside each other part; without effect without radii.',
    ),
    dimensions: Type.Enum([2, 3], { description: 'In two, z is 0 for all nodes, pinned ones included.' }),
    theta: parameter('theta', 'Accuracy of the far field: larger is faster and coarser.'),
    cooling: parameter('cooling', 'Share of the temperature lost in a tick; smaller moves longer.'),
  },
  { $id: 'LayoutParameterValues' },
);
export type LayoutParameterValues = Static<typeof LayoutParameterValues>;

export const LayoutParameterChange = Type.Partial(LayoutParameterValues, {
  additionalProperties: false,
  minProperties: 1,
  $id: 'LayoutParameterChange',
});
export type LayoutParameterChange = Static<typeof LayoutParameterChange>;

const Coordinate = Type.Number({ minimum: -MAX_LAYOUT_COORDINATE, maximum: MAX_LAYOUT_COORDINATE });

export const LayoutPlace = Type.Object(
  { x: Coordinate, y: Coordinate, z: Coordinate },
  {
    additionalProperties: false,
    $id: 'LayoutPlace',
    description: 'In layout units: an edge on its own is about 1 long.',
  },
);
export type LayoutPlace = Static<typeof LayoutPlace>;

export const LayoutPin = Type.Object(
  { id: Type.String({ description: 'Id of the node.' }), x: Type.Number(), y: Type.Number(), z: Type.Number() },
  { $id: 'LayoutPin' },
);
export type LayoutPin = Static<typeof LayoutPin>;

const Range = Type.Object({
  minimum: Type.Number(),
  maximum: Type.Number(),
  exclusive: Type.Boolean({ description: 'True when the ends themselves are refused.' }),
});

export const LayoutResponse = Type.Object(
  {
    backend: Type.String(),
    state: Type.Enum(['loading', 'moving', 'settled', 'failed']),
    ticks: Type.Integer({ description: 'Since the graph was loaded.' }),
    majorisations: Type.Integer({ description: 'Finishing passes since the graph was loaded.' }),
    tick_ms: Type.Union([Type.Number(), Type.Null()], {
      description: 'Median of the latest ticks; null before the first.',
    }),
    parameters: LayoutParameterValues,
    ranges: Type.Record(Type.String(), Range, { description: 'By parameter. Dimensions are whole numbers.' }),
    pins: Type.Array(LayoutPin, { description: 'Nodes that are held, with their places in layout units.' }),
    request_id: Type.String(),
  },
  { $id: 'LayoutResponse' },
);
export type LayoutResponse = Static<typeof LayoutResponse>;

export const LayoutPinResponse = Type.Object(
  { ...LayoutPin.properties, request_id: Type.String() },
  { $id: 'LayoutPinResponse' },
);
export type LayoutPinResponse = Static<typeof LayoutPinResponse>;

export const LayoutUnpinResponse = Type.Object(
  { removed: Type.Integer({ description: 'How many nodes were let go.' }), request_id: Type.String() },
  { $id: 'LayoutUnpinResponse' },
);
export type LayoutUnpinResponse = Static<typeof LayoutUnpinResponse>;

export const MajoriseRequest = Type.Object(
  { iterations: Type.Integer({ minimum: 1, maximum: MAX_MAJORISE_ITERATIONS }) },
  { additionalProperties: false, $id: 'MajoriseRequest' },
);
export type MajoriseRequest = Static<typeof MajoriseRequest>;

export const MajoriseResponse = Type.Object(
  {
    iterations: Type.Integer(),
    duration_ms: Type.Number({ description: 'What the pass took, waiting for the layout included.' }),
    request_id: Type.String(),
  },
  { $id: 'MajoriseResponse' },
);
export type MajoriseResponse = Static<typeof MajoriseResponse>;
