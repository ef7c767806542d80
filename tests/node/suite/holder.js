// A program that holds seats for a while, several times; its parent may kill it at any instruction.
import { appendFileSync } from "node:fs";
import { Verifier } from "@licentia/verifier";
import { Seats } from "@licentia/verifier/seats";

const { keys, token, store, log, rounds, pause, period } = JSON.parse(process.argv[2]);
const license = Verifier.create({ keys }).verify(token);
const seats = Seats.open({ license, store, period });
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

for (let round = 0; round < rounds; ) {
  const quantity = 1 + Math.floor(Math.random() * 3);
  let seat;
  try {
    seat = await seats.checkOut([{ name: "Seats", unit: "Count", quantity }]);
  } catch (error) {
    if (error.code !== "SEATS_EXHAUSTED") throw error;
    await wait(Math.random() * pause);
    continue;
  }
  round += 1;
  // Appended in one write each: the order in the file is the order in time.
  appendFileSync(log, `${process.pid} + ${quantity}\n`);
  await wait(Math.random() * pause);
  appendFileSync(log, `${process.pid} - ${quantity}\n`);
  await seat.checkIn();
}
