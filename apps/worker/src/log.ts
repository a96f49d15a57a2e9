const levels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof levels)[number];

/** One JSON object a line. What may not leave the process (causes, stacks) belongs here, never into an answer. */
export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

export function jsonLog(
  level: LogLevel,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  const lowest = levels.indexOf(level);
  const at =
    (name: LogLevel) =>
    (message: string, fields: object = {}) => {
      if (levels.indexOf(name) < lowest) return;
      write(
        `${JSON.stringify({ time: new Date().toISOString(), level: name, service: 'worker', message, ...fields }, readable)}\n`,
      );
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Errors with their causes, as text: JSON.stringify alone shows `{}`. */
function readable(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return typeof value === 'bigint' ? Number(value) : value;
  return {
    name: value.name,
    message: value.message,
    stack: value.stack,
    ...(value.cause ? { cause: value.cause } : {}),
  };
}
