/** The calls of the HTTP interface, one method each. */
import type {
  CalibrationResponse,
  DocumentInput,
  DocumentsList,
  DocumentsResponse,
  FeedbackRequest,
  FeedbackResponse,
  GraphAnalyticsResponse,
  GraphMeasure,
  GraphNamesResponse,
  GraphNode,
  GraphPathResponse,
  GraphSearchResponse,
  GraphStats,
  HealthResponse,
  ProcessRequest,
  ProcessResponse,
  ReadyResponse,
  StoredDocument,
  TraceResponse,
  TreeResponse,
} from '@vortexflow/protocol';
import { type AccessCalls, accessCalls } from './access.ts';
import { type AskHandlers, askStream } from './ask.ts';
import { type ConfigCalls, configCalls } from './config.ts';
import { isErrorResponse, responseInvalid, VortexflowError } from './errors.ts';
import { type CallOptions, type ClientOptions, createSend, readJson, resultOf, type Send } from './http.ts';
import { type LayoutCalls, layoutCalls } from './layout.ts';

/** A caller's own texts. */
export interface DocumentCalls {
  /** Stores documents; resolves when they are searchable. */
  add(documents: readonly DocumentInput[], options?: CallOptions): Promise<DocumentsResponse>;
  /** Ids, titles and fingerprints of those whose ids begin with `prefix`, up to a thousand behind the id `after`. */
  list(options?: CallOptions & { readonly prefix?: string; readonly after?: string }): Promise<DocumentsList>;
  get(id: string, options?: CallOptions): Promise<StoredDocument>;
  remove(id: string, options?: CallOptions): Promise<void>;
}

/** Options of {@link GraphCalls.analytics}. */
export interface AnalyticsOptions extends CallOptions {
  /** Most nodes or clusters to list, 1 to 100. Default: of the server, 20. */
  readonly limit?: number;
  /** Clusters for `kmeans`, neighbours for `outliers`, 2 to 64. Default: of the server, 8. */
  readonly k?: number;
}

/** A graph as a file. */
interface GraphFileInput {
  /** `graphml`, `gexf`, `csv`, `tsv`, `json`, `jsonl`, `ntriples` or `turtle`; see /docs. */
  readonly format: string;
  readonly text: string;
  /** Under which the file is kept; the same id again replaces it. */
  readonly id?: string;
  readonly title?: string;
}

/** Reading the graph, and taking whole graphs in. */
export interface GraphCalls {
  /** Takes in a graph as a file; resolves when it is searchable. */
  import(file: GraphFileInput, options?: CallOptions): Promise<DocumentsResponse>;
  stats(options?: CallOptions): Promise<GraphStats>;
  node(id: string, options?: CallOptions): Promise<GraphNode>;
  /** @param index place of the node in the frames of `/ws/graph` */
  nodeAt(index: number, options?: CallOptions): Promise<GraphNode>;
  /** Names of up to 100 nodes by their places in the frames; null where no node is. */
  names(indices: readonly number[], options?: CallOptions): Promise<GraphNamesResponse>;
  /** Nodes whose name fits, best first. `limit`: default of the server. */
  search(query: string, options?: CallOptions & { readonly limit?: number }): Promise<GraphSearchResponse>;
  /** The most meaningful path between two nodes, given by their ids. */
  path(from: string, to: string, options?: CallOptions): Promise<GraphPathResponse>;
  /** One measure of the whole graph: its best nodes, or its clusters. Takes up to seconds when nobody asked before. */
  analytics(measure: GraphMeasure, options?: AnalyticsOptions): Promise<GraphAnalyticsResponse>;
}

/** A server, seen from a program. Every call throws {@link VortexflowError}. */
export interface VortexflowClient {
  /** Asks and waits for the fused answer. */
  ask(request: ProcessRequest, options?: CallOptions): Promise<ProcessResponse>;
  /** Asks and tells what is found on the way: sources, then opinions, then the answer. */
  askStream(request: ProcessRequest, handlers: AskHandlers, options?: CallOptions): Promise<ProcessResponse>;
  /** Says whether an answer was right, or what is right; resolves when it is learned. For the owner. */
  feedback(feedback: FeedbackRequest, options?: CallOptions): Promise<FeedbackResponse>;
  /** How good the confidences have been, by source and by strategy. */
  calibration(options?: CallOptions): Promise<CalibrationResponse>;
  /** How an answer came about. @param requestId of the answer */
  trace(requestId: string, options?: CallOptions): Promise<TraceResponse>;
  readonly documents: DocumentCalls;
  readonly graph: GraphCalls;
  readonly layout: LayoutCalls;
  readonly access: AccessCalls;
  readonly config: ConfigCalls;
  /** The live supervision tree. */
  tree(options?: CallOptions): Promise<TreeResponse>;
  /** Live state of the server's parts. Resolves also when it is unhealthy. */
  health(options?: CallOptions): Promise<HealthResponse>;
  /** Whether questions can be asked yet, and if not, how far loading is. */
  ready(options?: CallOptions): Promise<ReadyResponse>;
}

/** Makes a client. Opens no connection by itself. */
export function createClient(options: ClientOptions = {}): VortexflowClient {
  const send = createSend(options);
  const get = async <T>(path: string, call?: CallOptions) => resultOf<T>(await send(path, call), call?.signal);
  const post = async <T>(path: string, body: unknown, call?: CallOptions) =>
    resultOf<T>(await send(path, { ...call, method: 'POST', body }), call?.signal);
  return {
    ask: (request, call) => post('/api/v1/process', request, call),
    askStream: (request, handlers, call) => askStream(send, request, handlers, call),
    feedback: (feedback, call) => post('/api/v1/feedback', feedback, call),
    calibration: (call) => get('/api/v1/calibration', call),
    trace: (requestId, call) => get(`/api/v1/answers/${encodeURIComponent(requestId)}/trace`, call),
    documents: {
      add: (documents, call) => post('/api/v1/documents', { documents }, call),
      list: (call) => get(`/api/v1/documents${query({ prefix: call?.prefix, after: call?.after })}`, call),
      get: (id, call) => get(`/api/v1/documents/${encodeURIComponent(id)}`, call),
      remove: (id, call) => remove(send, `/api/v1/documents/${encodeURIComponent(id)}`, call),
    },
    graph: graphCalls(get, send),
    layout: layoutCalls(send),
    access: accessCalls(send),
    config: configCalls(send),
    tree: (call) => get('/api/v1/tree', call),
    health: (call) => health(send, call),
    ready: (call) => ready(send, call),
  };
}

/** A query string of those values that are given. */
function query(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function graphCalls(get: <T>(path: string, call?: CallOptions) => Promise<T>, send: Send): GraphCalls {
  const root = '/api/v1/graph';
  return {
    import: async ({ format, text, id, title }, call) => {
      const raw = { text, type: 'application/octet-stream' };
      const path = `${root}/import${query({ format, id, title })}`;
      return resultOf(await send(path, { ...call, method: 'POST', raw }), call?.signal);
    },
    stats: (call) => get(root, call),
    node: (id, call) => get(`${root}/nodes/${encodeURIComponent(id)}`, call),
    nodeAt: (index, call) => get(`${root}/nodes?index=${index}`, call),
    names: (indices, call) => get(`${root}/names?index=${indices.join()}`, call),
    search: (query, call) => {
      const limit = call?.limit === undefined ? '' : `&limit=${call.limit}`;
      return get(`${root}/search?q=${encodeURIComponent(query)}${limit}`, call);
    },
    path: (from, to, call) => get(`${root}/path?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`, call),
    analytics: (measure, call) => {
      const limit = call?.limit === undefined ? '' : `&limit=${call.limit}`;
      const k = call?.k === undefined ? '' : `&k=${call.k}`;
      return get(`${root}/analytics?measure=${measure}${limit}${k}`, call);
    },
  };
}

async function remove(send: Send, path: string, call?: CallOptions): Promise<void> {
  const response = await send(path, { ...call, method: 'DELETE' });
  if (!response.ok) await resultOf(response, call?.signal);
  await response.body?.cancel();
}

/** Unhealthy servers answer 503 with the same body, which is what was asked for, so it is no error. */
async function health(send: Send, call?: CallOptions): Promise<HealthResponse> {
  const response = await send('/health', call);
  const body = await readJson(response, call?.signal);
  if (isErrorResponse(body)) throw new VortexflowError(body);
  if (typeof body === 'object' && body !== null && 'components' in body) return body as HealthResponse;
  throw responseInvalid(response.status, 'the body is no health report');
}

/** Loading is a state, not an error: 503 resolves with `ready: false` and what the server says of its progress. */
async function ready(send: Send, call?: CallOptions): Promise<ReadyResponse> {
  const response = await send('/health/ready', call);
  const body = await readJson(response, call?.signal);
  if (typeof body === 'object' && body !== null && 'ready' in body) return body as ReadyResponse;
  if (!isErrorResponse(body)) throw responseInvalid(response.status, 'the body is no readiness report');
  if (body.code !== 'not_ready') throw new VortexflowError(body);
  const progress = body.details?.['progress'];
  const told = typeof progress === 'string' ? progress : body.message;
  return { ready: false, progress: told, request_id: body.request_id };
}
