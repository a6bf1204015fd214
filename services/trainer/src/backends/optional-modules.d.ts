// Packages that need not be installed, as far as they are used. Types of Dawn's API are beside their use.
declare module 'webgpu' {
  export const globals: object;
  export function create(options: readonly string[]): {
    requestAdapter(options: { powerPreference: 'high-performance' }): Promise<{
      info: { vendor: string; architecture: string; device: string; description: string; isFallbackAdapter?: boolean };
    } | null>;
  };
}

declare module '@tensorflow/tfjs-backend-webgpu' {}
