// A program that holds seats for a while, again and again until a file is there; its parent may kill it at any instruction.
import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { Verifier } from "@licentia/verifier";
import { Seats } from "@licentia/verifier/seats";

const { keys, token, store, log, until, pause, period } = JSON.parse(process.argv[2]);
const license = Verifier.create({ keys }).verify(token);
const seats = Seats.open({ license, store, period });

while (!existsSync(until)) {
  const quantity = 1 + Math.floor(Math.random() * 3);
  let seat;
  try {
    seat = await seats.checkOut([{ name: "Seats", unit: "Count", quantity }]);
  } catch (error) {
    if (error.code !== "SEATS_EXHAUSTED") throw error;
    await wait(Math.random() * pause);
    continue;
  }
  // Appended in one write each: the order in the file is the order in time.
  appendFileSync(log, `${process.pid} + ${quantity}\n`);
  await wait(Math.random() * pause);
  appendFileSync(log, `${process.pid} - ${quantity}\n`);
  await seat.checkIn();
}
