/**
 * Node lock by a fingerprint: several marks of a machine, of which some may
 * change.
 *
 * @module
 */

/**
 * The marks of a machine: each under a name of `a` to `z`, `0` to `9` and `-`,
 * at most 16. What is blank, `null` or `undefined` could not be read and matches
 * nothing; at least one must be read.
 */
export type NodeComponents = Readonly<Record<string, string | null | undefined>>;

/** What {@link nodeId} is made with. */
export interface NodeOptions {
  /**
   * What the digests are salted with, such as the product, which keeps them
   * apart from those of other vendors. Nothing if left out.
   */
  readonly salt?: string;
}

/** What {@link thisNode} is made with. */
export interface ThisNodeOptions extends NodeOptions {
  /**
   * How many of the token's components this machine must have: `all`, if left
   * out; `most`, more than half; or at least so many.
   */
  readonly match?: "all" | "most" | number;
}

/** This machine, as the option `nodeId` of `Verifier.verify` takes it. */
export interface ThisNode {
  /** As {@link nodeId}. */
  readonly nodeId: string;
  /**
   * What `Verifier.verify` asks once the license is verified.
   *
   * @throws {LicenseError} `NODE_MISMATCH` where the license is locked to a
   * machine with too few of these components, or to none.
   */
  judge(license: { readonly nodeId: string | null }): void;
}

/**
 * The text for `NodeId` at a checkout that carries the marks of a machine as
 * salted digests, so that no serial number leaves it. The same components and
 * salt give the same text.
 *
 * @throws {LicenseError} `ARGUMENT_INVALID`, also where no component could be
 * read.
 */
export function nodeId(components: NodeComponents, options?: NodeOptions): string;

/**
 * This machine, to be passed to `Verifier.verify` as `nodeId`: a token that is
 * locked to a machine with too few of these components, or to none, is refused.
 *
 * @throws {LicenseError} As {@link nodeId}.
 */
export function thisNode(components: NodeComponents, options?: ThisNodeOptions): ThisNode;
