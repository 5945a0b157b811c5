/** One line for the operator: a constant message, the rest as fields. */
export type Log = (message: string, fields?: Readonly<Record<string, unknown>>) => void;
