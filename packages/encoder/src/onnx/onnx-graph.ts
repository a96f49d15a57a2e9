import { bytesField, concatenate, type Field, readFields, varintField } from './protobuf.js';

/** Field numbers of onnx.proto, IR version 3 and later. */
const model = { irVersion: 1, graph: 7, opset: 8 };
const graph = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const node = { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 };
const tensor = { dims: 1, type: 2, name: 8, rawData: 9 };
const opset = { domain: 1, version: 2 };

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  /** Whole numbers, or lists of them: all that is needed here. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;
export type ElementType = keyof typeof elementTypes;

export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** Little-endian, as ONNX wants it and as every machine Node runs on has it. */
  readonly data: ArrayBufferView;
}

/** The parts of a model that a rewrite looks at; everything else is carried over byte by byte. */
export interface OnnxGraph {
  readonly nodes: readonly { readonly node: OnnxNode; readonly raw: Uint8Array }[];
  readonly initializers: ReadonlySet<string>;
  readonly opsets: ReadonlyMap<string, number>;
  /** The model with other nodes, more initializers, and perhaps one more operator set. */
  rebuild(
    nodes: readonly Uint8Array[],
    tensors: readonly OnnxTensor[],
    extraOpset: { readonly domain: string; readonly version: number },
  ): Uint8Array;
}

export function readOnnx(bytes: Uint8Array): OnnxGraph {
  const modelFields = readFields(bytes);
  const graphField = modelFields.find(({ number }) => number === model.graph);
  if (graphField === undefined) throw new Error('The ONNX file holds no graph.');
  const graphFields = readFields(graphField.bytes);
  const nodes = graphFields
    .filter(({ number }) => number === graph.node)
    .map(({ raw, bytes }) => ({ raw, node: readNode(readFields(bytes)) }));
  const initializers = new Set(
    graphFields
      .filter(({ number }) => number === graph.initializer)
      .map(({ bytes }) => text(readFields(bytes), tensor.name)),
  );
  const opsets = new Map(
    modelFields
      .filter(({ number }) => number === model.opset)
      .map(({ bytes }) => {
        const fields = readFields(bytes);
        return [text(fields, opset.domain), fields.find(isField(opset.version))?.varint ?? 0];
      }),
  );
  return {
    nodes,
    initializers,
    opsets,
    rebuild: (newNodes, tensors, extra) =>
      concatenate([
        ...modelFields.filter(({ number }) => number !== model.graph).map(({ raw }) => raw),
        ...(opsets.has(extra.domain) ? [] : [opsetField(extra.domain, extra.version)]),
        bytesField(
          model.graph,
          concatenate([
            ...newNodes,
            ...graphFields.filter(({ number }) => number !== graph.node).map(({ raw }) => raw),
            ...tensors.map(tensorField),
          ]),
        ),
      ]),
  };
}

/** A whole model from nothing: for a peak to measure against, and for tests. */
export function writeOnnx(parts: {
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}): Uint8Array {
  return concatenate([
    varintField(model.irVersion, 8),
    opsetField('', parts.opset),
    bytesField(
      model.graph,
      concatenate([
        ...parts.nodes.map(nodeField),
        bytesField(graph.name, 'kindling'),
        ...parts.tensors.map(tensorField),
        ...parts.inputs.map((value) => bytesField(graph.input, valueInfo(value))),
        ...parts.outputs.map((value) => bytesField(graph.output, valueInfo(value))),
      ]),
    ),
  ]);
}

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  /** A number, or the name of an axis that is known at run time. */
  readonly dims: readonly (number | string)[];
}

export function nodeField(content: OnnxNode): Uint8Array {
  return bytesField(
    graph.node,
    concatenate([
      ...content.inputs.map((input) => bytesField(node.input, input)),
      ...content.outputs.map((output) => bytesField(node.output, output)),
      bytesField(node.name, `${content.operator}:${content.outputs[0]}`),
      bytesField(node.operator, content.operator),
      ...Object.entries(content.attributes ?? {}).map(([name, value]) => attributeField(name, value)),
      ...(content.domain ? [bytesField(node.domain, content.domain)] : []),
    ]),
  );
}

// AttributeProto: name 1, i 3, ints 8, type 20 (INT 2, INTS 7).
function attributeField(name: string, value: number | readonly number[]): Uint8Array {
  const content =
    typeof value === 'number'
      ? [varintField(3, value), varintField(20, 2)]
      : [...value.map((entry) => varintField(8, entry)), varintField(20, 7)];
  return bytesField(node.attribute, concatenate([bytesField(1, name), ...content]));
}

function tensorField({ name, type, dims, data }: OnnxTensor): Uint8Array {
  return bytesField(
    graph.initializer,
    concatenate([
      ...dims.map((size) => varintField(tensor.dims, size)),
      varintField(tensor.type, elementTypes[type]),
      bytesField(tensor.name, name),
      bytesField(tensor.rawData, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ]),
  );
}

// ValueInfoProto {name 1, type 2}, TypeProto {tensor 1}, Tensor {element 1, shape 2}, Shape {dim 1}, Dim {value 1, name 2}.
function valueInfo({ name, type, dims }: OnnxValue): Uint8Array {
  const shape = dims.map((size) =>
    bytesField(1, typeof size === 'number' ? varintField(1, size) : bytesField(2, size)),
  );
  const tensorType = concatenate([varintField(1, elementTypes[type]), bytesField(2, concatenate(shape))]);
  return concatenate([bytesField(1, name), bytesField(2, bytesField(1, tensorType))]);
}

function opsetField(domain: string, version: number): Uint8Array {
  return bytesField(
    model.opset,
    concatenate([bytesField(opset.domain, domain), varintField(opset.version, version)]),
  );
}

function readNode(fields: readonly Field[]): OnnxNode {
  return {
    operator: text(fields, node.operator),
    inputs: fields.filter(isField(node.input)).map(({ bytes }) => decode(bytes)),
    outputs: fields.filter(isField(node.output)).map(({ bytes }) => decode(bytes)),
    domain: text(fields, node.domain),
  };
}

function text(fields: readonly Field[], number: number): string {
  const field = fields.find(isField(number));
  return field ? decode(field.bytes) : '';
}

function isField(number: number): (field: Field) => boolean {
  return (field) => field.number === number;
}

const decoder = new TextDecoder();
function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
