/** Calls about access to a server that answers as a test says, for tests of what stands before it. */
import { type AccessCalls, createClient } from '@vortexflow/client';

/** By method and path below `/api/v1/auth`: what is answered, or what answers. */
export type Answers = Record<string, Answer | ((body: unknown) => Answer)>;
type Answer = readonly [status: number, body: object];

export interface Asked {
  readonly route: string;
  readonly body: unknown;
}

export function testServer(answers: Answers): { access: AccessCalls; asked: Asked[] } {
  const asked: Asked[] = [];
  const client = createClient({
    fetch: async (url, init) => {
      const route = `${init?.method} ${(url as string).replace('/api/v1/auth', '')}`;
      const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
      asked.push({ route, body });
      const answer = answers[route] ?? refused(404, 'not_found', `no ${route}`);
      const [status, said] = typeof answer === 'function' ? answer(body) : answer;
      return new Response(status === 204 ? null : JSON.stringify(said), { status });
    },
  });
  return { access: client.access, asked };
}

/** The body of an error. */
export function refused(status: number, code: string, message: string, rest: object = {}): Answer {
  return [status, { status, code, message, ...rest }];
}

/** Somebody signed in, as the server tells it. */
export const whoIs = (role: 'reader' | 'admin' | 'owner', subject: string = role) => ({
  subject,
  role,
  how: 'session',
  permissions: { reader: ['look'], admin: ['look', 'manage'], owner: ['look', 'manage', 'own'] }[role],
  request_id: '',
});
