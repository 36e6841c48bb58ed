import JobReport
import Testing

struct NumberFormatTests {
    @Test(
        "bytes have decimal units",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (509_868, "509.9 kB"), (1_055_736, "1.06 MB"),
            (12_345_678, "12.3 MB"), (999_499_999, "999.5 MB"), (999_500_000, "1.00 GB"), (276_000_000_000, "276.0 GB"),
            (1_500_000_000_000, "1.50 TB"),
        ] as [(UInt64, String)])
    func bytes(count: UInt64, text: String) {
        #expect(NumberFormat.bytes(count) == text)
    }

    @Test(
        "decimals are rounded",
        arguments: [(0.005, 2, "0.01"), (-7.44, 1, "-7.4"), (-0.01, 1, "0.0"), (39.96, 1, "40.0"), (1.05, 0, "1")])
    func decimals(value: Double, digits: Int, text: String) {
        #expect(NumberFormat.decimals(value, digits) == text)
    }

    @Test(
        "hours are shown if there are any",
        arguments: [(0, "0:00"), (61.4, "1:01"), (3599.6, "1:00:00"), (.infinity, "–"), (-1, "–")] as [(Double, String)]
    )
    func clock(seconds: Double, text: String) {
        #expect(NumberFormat.clock(seconds) == text)
    }
}
