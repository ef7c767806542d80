// Every runtime that the package is for, and how the suite comes to run there.
import { esbuild, none, vite, webpack } from "./bundlers.js";
import { chromium } from "./chromium.js";
import { node } from "./node.js";
import { workerd } from "./workerd.js";

export const RUNTIMES = {
  "Node 20.0, ES modules": node("20.0", "node-20", "ES modules"),
  "Node 20.0, CommonJS": node("20.0", "node-20", "CommonJS"),
  "Node 20.0, the module brought along": node("20.0", "node-20", "the module brought along"),
  "Node 26, ES modules": node("26", "node-26", "ES modules"),
  "Node 26, CommonJS": node("26", "node-26", "CommonJS"),
  "Node 26, the module brought along": node("26", "node-26", "the module brought along"),
  "Chromium, a page, bundled by Vite": chromium("page", vite, 1),
  "Chromium, a page, bundled by webpack": chromium("page", webpack, 1),
  "Chromium, a page, bundled by esbuild": chromium("page", esbuild, 1),
  "Chromium, a page, the package's own scripts": chromium("page", none),
  "Chromium, a module worker, bundled by Vite": chromium("module-worker", vite, 2),
  // Of a worker, webpack puts what comes from packages into a script of its own.
  "Chromium, a worker, bundled by webpack": chromium("module-worker", webpack, 3),
  "Chromium, a module worker, the package's own scripts": chromium("module-worker", none),
  "Chromium, a service worker, bundled by esbuild": chromium("service-worker", esbuild, 2),
  workerd: workerd("index"),
  "workerd, the module brought along": workerd("module"),
};
