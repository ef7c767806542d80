// Its own kind of token, so only its size is compared.
export { AuthorizerBuilder, Biscuit, PublicKey } from "@biscuit-auth/biscuit-wasm";
