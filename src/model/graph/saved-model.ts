import { join } from 'node:path';
import protobuf from 'protobufjs';
import type { Attribute, Constant, ElementType, Graph } from './graph.js';

/**
 * The parts of TensorFlow's protocol buffers that a frozen SavedModel needs; field numbers as in
 * {@link https://github.com/tensorflow/tensorflow/tree/v2.21.0/tensorflow/core/protobuf}.
 */
const types = protobuf.Root.fromJSON({
  nested: {
    SavedModel: message({ saved_model_schema_version: [1, 'int64'], meta_graphs: [2, 'MetaGraphDef', 'repeated'] }),
    MetaGraphDef: message(
      { meta_info_def: [1, 'MetaInfoDef'], graph_def: [2, 'GraphDef'] },
      { signature_def: [5, 'SignatureDef'] },
    ),
    MetaInfoDef: message({ tags: [4, 'string', 'repeated'], tensorflow_version: [5, 'string'] }),
    GraphDef: message({ node: [1, 'NodeDef', 'repeated'], versions: [4, 'VersionDef'] }),
    VersionDef: message({ producer: [1, 'int32'], min_consumer: [2, 'int32'] }),
    NodeDef: message(
      { name: [1, 'string'], op: [2, 'string'], input: [3, 'string', 'repeated'] },
      { attr: [5, 'AttrValue'] },
    ),
    AttrValue: oneOf({
      list: [1, 'ListValue'],
      s: [2, 'bytes'],
      i: [3, 'int64'],
      b: [5, 'bool'],
      type: [6, 'int32'],
      shape: [7, 'TensorShapeProto'],
      tensor: [8, 'TensorProto'],
    }),
    ListValue: message({ s: [2, 'bytes', 'repeated'], i: [3, 'int64', 'repeated'] }),
    TensorShapeProto: message({ dim: [2, 'Dim', 'repeated'] }),
    Dim: message({ size: [1, 'int64'] }),
    TensorProto: message({ dtype: [1, 'int32'], tensor_shape: [2, 'TensorShapeProto'], tensor_content: [4, 'bytes'] }),
    SignatureDef: message({ method_name: [3, 'string'] }, { inputs: [1, 'TensorInfo'], outputs: [2, 'TensorInfo'] }),
    TensorInfo: message({ name: [1, 'string'], dtype: [2, 'int32'], tensor_shape: [3, 'TensorShapeProto'] }),
  },
});

type Field = readonly [id: number, type: string, rule?: 'repeated'];

function message(
  fields: Readonly<Record<string, Field>>,
  maps: Readonly<Record<string, readonly [number, string]>> = {},
) {
  const written: Record<string, object> = {};
  for (const [name, [id, type, rule]] of Object.entries(fields)) written[name] = { id, type, ...(rule && { rule }) };
  for (const [name, [id, type]] of Object.entries(maps)) written[name] = { id, type, keyType: 'string' };
  return { fields: written } as protobuf.IType;
}

/** A message of which one field is set; set to zero or false it is written all the same. */
function oneOf(fields: Readonly<Record<string, Field>>) {
  return { ...message(fields), oneofs: { value: { oneof: Object.keys(fields) } } } as protobuf.IType;
}

const DT: Record<ElementType, number> = { float: 1, int32: 3, int8: 6 };

/** Version of the graph's meaning, in TensorFlow's counting; any library since 2.11 reads it. */
const PRODUCER = 1286;

export const TAG = 'serve';

/** The file that a SavedModel's reader looks for. */
const MODEL = 'saved_model.pb';

/** Constants from this size on, in bytes, lie in files of their own. */
const LARGE = 64 * 1024;

/**
 * Writes the graph as a SavedModel with one signature named `serving_default`.
 *
 * Large constants are files that the library maps into memory: written into the graph, it would copy them for the graph as
 * read, as optimised and as run, and keep the copies.
 *
 * @param folder where the files will lie when the model is loaded; it is written into the graph.
 * @returns the files' contents by name.
 */
export function toSavedModel(given: Graph, folder: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const nodes = given.nodes.map((node) => {
    const { dtype, value } = node.attributes;
    if (node.op !== 'Const' || dtype === undefined || value?.kind !== 'tensor') return node;
    const { shape, data } = value.value;
    if (data.byteLength < LARGE) return node;
    const file = `${files.size}.constant`;
    files.set(file, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    return {
      ...node,
      op: 'ImmutableConst',
      attributes: {
        dtype,
        shape: { kind: 'shape', value: shape } as const,
        memory_region_name: { kind: 'text', value: join(folder, file) } as const,
      },
    };
  });
  files.set(MODEL, savedModel({ ...given, nodes }));
  return files;
}

function savedModel(graph: Graph): Uint8Array {
  const placeholders = graph.nodes.filter((node) => node.op === 'Placeholder');
  const inputs = placeholders.map((node) => {
    const dtype = node.attributes.dtype;
    const shape = node.attributes.shape;
    if (dtype?.kind !== 'type' || shape?.kind !== 'shape')
      throw new Error(`the placeholder ${node.name} has no type or shape`);
    return [node.name, { node: node.name, dtype: dtype.value, shape: shape.value }] as const;
  });
  const SavedModel = types.lookupType('SavedModel');
  return SavedModel.encode({
    saved_model_schema_version: 1,
    meta_graphs: [
      {
        meta_info_def: { tags: [TAG], tensorflow_version: '2.11.0' },
        graph_def: {
          node: graph.nodes.map(({ name, op, inputs: input, attributes }) => ({
            name,
            op,
            input,
            attr: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, attributeValue(value)])),
          })),
          versions: { producer: PRODUCER, min_consumer: 12 },
        },
        signature_def: {
          serving_default: {
            method_name: 'tensorflow/serving/predict',
            inputs: Object.fromEntries(inputs.map(([name, info]) => [name, tensorInfo(info)])),
            outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, info]) => [name, tensorInfo(info)])),
          },
        },
      },
    ],
  }).finish();
}

function tensorInfo(info: { readonly node: string; readonly dtype: ElementType; readonly shape: readonly number[] }) {
  return { name: `${info.node}:0`, dtype: DT[info.dtype], tensor_shape: shapeOf(info.shape) };
}

function attributeValue(attribute: Attribute): object {
  switch (attribute.kind) {
    case 'type':
      return { type: DT[attribute.value] };
    case 'int':
      return { i: attribute.value };
    case 'bool':
      return { b: attribute.value };
    case 'text':
      return { s: Buffer.from(attribute.value) };
    case 'texts':
      return { list: { s: attribute.value.map((text) => Buffer.from(text)) } };
    case 'integers':
      return { list: { i: attribute.value } };
    case 'shape':
      return { shape: shapeOf(attribute.value) };
    case 'tensor':
      return { tensor: tensorProto(attribute.value) };
  }
}

function shapeOf(sides: readonly number[]): object {
  return { dim: sides.map((size) => ({ size })) };
}

function tensorProto({ dtype, shape, data }: Constant): object {
  const content = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return { dtype: DT[dtype], tensor_shape: shapeOf(shape), tensor_content: content };
}
