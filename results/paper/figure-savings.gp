# Draws figure-savings.svg and figure-savings.pdf from figure-savings.dat: gnuplot figure-savings.gp
set encoding utf8
set datafile missing "NaN"
set border 3 linewidth 0.8
set tics nomirror out scale 0.5
set format "%g"
set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
do for [format in "svg pdf"] {
  if (format eq "svg") {
    set terminal svg noenhanced size 860,720 font "Helvetica,13" background rgb "white"
  } else {
    set terminal pdfcairo noenhanced size 8.6in,7.2in font "Helvetica,9"
  }
  set output "figure-savings.".format
  set multiplot layout 2,2
  set title "MNIST: 2 collaborators"
  set xlabel "rounds" . "\n " offset 0,0.6
  set ylabel "savings ratio"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [0.8333333333333334:1200.0]; set xtics autofreq
  set logscale y
  plot 1.0 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "break-even", \
    "figure-savings.dat" index 0 using 1:2 with lines dashtype 2 linewidth 2 linecolor rgb "#0072B2" title "shared, formula", \
    "figure-savings.dat" index 1 using 1:2 with points pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "shared, ledger", \
    "figure-savings.dat" index 2 using 1:2 with lines dashtype 2 linewidth 2 linecolor rgb "#D55E00" title "per client, formula", \
    "figure-savings.dat" index 3 using 1:2 with points pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "per client, ledger"
  set title "MNIST: 40 rounds"
  set xlabel "collaborators" . "\n " offset 0,0.6
  set ylabel "savings ratio"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [0.8333333333333334:1200.0]; set xtics autofreq
  set logscale y
  plot 1.0 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "break-even", \
    "figure-savings.dat" index 4 using 1:2 with lines dashtype 2 linewidth 2 linecolor rgb "#0072B2" title "shared, formula", \
    "figure-savings.dat" index 5 using 1:2 with points pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "shared, ledger", \
    "figure-savings.dat" index 6 using 1:2 with lines dashtype 2 linewidth 2 linecolor rgb "#D55E00" title "per client, formula", \
    "figure-savings.dat" index 7 using 1:2 with points pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "per client, ledger"
  set title "CIFAR-10: 2 collaborators"
  set xlabel "rounds" . "\n " offset 0,0.6
  set ylabel "savings ratio"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [0.8333333333333334:1200.0]; set xtics autofreq
  set logscale y
  plot 1.0 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "break-even", \
    "figure-savings.dat" index 8 using 1:2 with lines dashtype 2 linewidth 2 linecolor rgb "#0072B2" title "shared, formula", \
    "figure-savings.dat" index 9 using 1:2 with lines dashtype 2 linewidth 2 linecolor rgb "#D55E00" title "per client, formula", \
    "figure-savings.dat" index 10 using 1:2 with points pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "per client, ledger"
  set title "CIFAR-10: 40 rounds"
  set xlabel "collaborators" . "\n " offset 0,0.6
  set ylabel "savings ratio"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [0.8333333333333334:1200.0]; set xtics autofreq
  set logscale y
  plot 1.0 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "break-even", \
    "figure-savings.dat" index 11 using 1:2 with lines dashtype 2 linewidth 2 linecolor rgb "#0072B2" title "shared, formula", \
    "figure-savings.dat" index 12 using 1:2 with lines dashtype 2 linewidth 2 linecolor rgb "#D55E00" title "per client, formula"
  unset multiplot
}
unset output
