/*
 * The few parts of WebAssembly that the index uses. TypeScript types it in the DOM library only, which a server
 * package should not pull in.
 */
export interface WasmModule {
  readonly [wasmModule]: true;
}
declare const wasmModule: unique symbol;
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    compile(bytes: Uint8Array): Promise<WasmModule>;
    readonly Instance: new (
      module: WasmModule,
      imports: Readonly<Record<string, Readonly<Record<string, () => void>>>>,
    ) => { readonly exports: Readonly<Record<string, unknown>> };
  };
};

export const compileWasm = (bytes: Uint8Array) => WebAssembly.compile(bytes);
export const instantiateWasm = (module: WasmModule, abort: () => void) =>
  new WebAssembly.Instance(module, { env: { abort } }).exports;
