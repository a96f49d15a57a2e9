/**
 * As much of the protobuf wire format as reading and writing an ONNX graph takes. Fields are kept as slices of
 * the input, so that a model of any size is rewritten without touching its weights.
 */
export interface Field {
  readonly number: number;
  /** The whole field with its tag, to be copied as it is. */
  readonly raw: Uint8Array;
  /** The content of a string, bytes or message; empty for numbers. */
  readonly bytes: Uint8Array;
  /** The value of a varint; 0 for others. */
  readonly varint: number;
}

export function readFields(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('The ONNX file ends inside a field.');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const start = at;
    const tag = varint();
    const wire = tag % 8;
    let bytes: Uint8Array = new Uint8Array(0);
    let value = 0;
    if (wire === 0) value = varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      bytes = message.subarray(at, at + length);
      at += length;
    } else throw new Error(`The ONNX file holds a field of the unknown wire type ${wire}.`);
    if (at > message.length) throw new Error('The ONNX file ends inside a field.');
    fields.push({ number: (tag - wire) / 8, raw: message.subarray(start, at), bytes, varint: value });
  }
  return fields;
}

export function varintField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...varintBytes(number * 8), ...varintBytes(value)]);
}

export function bytesField(number: number, content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return concatenate([
    Uint8Array.from([...varintBytes(number * 8 + 2), ...varintBytes(bytes.length)]),
    bytes,
  ]);
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Negative numbers take ten bytes, as two's complement of 64 bits. */
function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest % 128n) + 128);
  }
}
