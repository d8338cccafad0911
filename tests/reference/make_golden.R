# Reference results. Run: Rscript make_golden.R  (after make_data.R, in this folder)
source("golden_lib.R"); G <- "."
p <- prep("pilot26.csv")
for (k in c("ri", "un", "cs", "ar1", "ar1h", "csh", "toep", "toeph", "adh", "diag")) run_case(paste0("pilot26_nrs_", k), G, "pilot26.csv", "nrs", "visit", k, p, subjects = c("P01", "P11", "P17"), engines = if (k == "diag") "gls" else c("lmer", "gls", "mmrm"))
run_case("pilot26_nrs_un_ml", G, "pilot26.csv", "nrs", "visit", "un", p, reml = FALSE, subjects = c("P01", "P11", "P17"), engines = c("gls", "mmrm"))
run_case("pilot26_rom_un", G, "pilot26.csv", "rom", "visit", "un", p, engines = c("gls", "mmrm")); run_case("pilot26_rom_ri", G, "pilot26.csv", "rom", "visit", "ri", p)
run_case("pilot26_odi_un", G, "pilot26.csv", "odi", "visit", "un", p, engines = c("gls", "mmrm"), note = "two visits only (0, 12); single contrast; complete pairs would be a paired t test"); run_case("pilot26_odi_ri", G, "pilot26.csv", "odi", "visit", "ri", p)
run_case("pilot26_nrs_ri_agesex", G, "pilot26.csv", "nrs", "visit + age + sex", "ri", p)
n <- prep("nrs26.csv"); for (k in c("ri", "un", "ar1", "toeph")) run_case(paste0("nrs26_", k), G, "nrs26.csv", "nrs", "visit", k, n, subjects = c("S03", "S18", "S25"))
t2 <- prep("twoarm200.csv"); rhs <- "base + site + arm * visit"
for (k in c("ri", "un", "ar1h", "toep")) run_case(paste0("twoarm200_", k), G, "twoarm200.csv", "y", rhs, k, t2, specs = "arm", by = "visit", subjects = c("T001", "T002", "T003"))
s <- prep("sleepstudy.csv"); s$id <- s$Subject; s$visit <- factor(s$Days)
run_case("sleepstudy_ri", G, "sleepstudy.csv", "Reaction", "Days", "ri", s, em = FALSE, note = "subject column Subject; visit index = Days"); run_case("sleepstudy_ris", G, "sleepstudy.csv", "Reaction", "Days", "ris", s, times = 0:9, em = FALSE)
o <- prep("orthodont.csv"); o$id <- factor(o$Subject); o$visit <- factor(o$age); 
run_case("orthodont_ri", G, "orthodont.csv", "distance", "Sex * age", "ri", o, em = FALSE); run_case("orthodont_ris", G, "orthodont.csv", "distance", "Sex * age", "ris", o, times = c(8, 10, 12, 14), em = FALSE); run_case("orthodont_un", G, "orthodont.csv", "distance", "Sex * age", "un", o, em = FALSE, engines = c("gls", "mmrm"))
run_glmm("glmm80", G, "glmm80.csv", "arm * visit", prep("glmm80.csv")); run_glmm("pilot26_glmm", G, "pilot26.csv", "visit", transform(prep("pilot26.csv"), odi = NA))
