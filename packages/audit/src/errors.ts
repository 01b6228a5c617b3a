/** Errors of the audit log. One table. */
import { errorFactory, type ErrorDefinition } from '@vortexflow/primitives';

const define = <Table extends Record<string, ErrorDefinition>>(table: Table): Readonly<Table> => Object.freeze(table);

export const AUDIT_ERRORS = define({
  audit_unavailable: {
    type: 'AvailabilityError',
    status: 507,
    recovery: 'Retry',
    message: 'The audit log cannot be written, so nothing may be changed now.',
    hint: 'See that the disk of the data folder has free space; questions are answered meanwhile.',
  },
  audit_locked: {
    type: 'AvailabilityError',
    status: 503,
    recovery: 'Propagate',
    message: 'Another process has the audit log of this data folder open.',
    hint: 'Stop that server first, or use another VORTEXFLOW_DATA.',
  },
  audit_entry_too_large: {
    type: 'ValidationError',
    status: 500,
    recovery: 'Propagate',
    message: 'An event of {bytes} bytes does not fit the audit log, which takes {limit}.',
  },
  audit_key_invalid: {
    type: 'ValidationError',
    status: 500,
    recovery: 'Propagate',
    message: 'The signing key of the audit log cannot be used: {problem}.',
    hint: 'AUDIT_KEY_FILE names an Ed25519 key in PEM that only its owner can read; made anew when there is no file.',
  },
  note_invalid: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'Not a signed checkpoint of this log: {problem}.',
  },
  audit_entry_not_found: {
    type: 'NotFoundError',
    status: 404,
    recovery: 'Propagate',
    message: 'The entry {seq} is not in the part of the log that is signed, which has {size} entries.',
    hint: 'A checkpoint is signed every ten seconds.',
  },
});

/** Makes an error of the table: `throw auditError('audit_unavailable')`. */
export const auditError = errorFactory(AUDIT_ERRORS);
